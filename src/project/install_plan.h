/* What installing one plugin would do: for install.c only. */
#pragma once

#include "project/install.h"
#include "project/venv.h"

typedef struct InstallPlan {
    bool done; /* the venv is what the plan would make: ours by its fingerprint file, Meltano's by its own */
    Venv venv;
    StrVec make;     /* command that makes the venv; none when it is done */
    StrVec packages; /* command that installs into it */
    Str fingerprint; /* interpreter and words of pip_url: what the venv was made of */
    const Map *env;  /* of both commands */
} InstallPlan;

void install_plan_release(InstallPlan *plan);
DEFINE_AUTO(InstallPlan, install_plan_release)

typedef struct InstallWish {
    bool again;      /* never done */
    bool any_python; /* pip ignores which Python a package wants */
} InstallWish;

/* ERR_NOT_FOUND: no interpreter. */
bool install_plan(Project *p, const Plugin *plugin, InstallWish wish, InstallPlan *ret, Err *err) MUST_USE;
/* Marks our venv as made by the plan. */
bool install_plan_mark(Project *p, const InstallPlan *plan, Err *err) MUST_USE;
/* A venv that install_plan_mark has marked, whatever it was made of. */
bool install_plan_is_marked(const Project *p, const Venv *venv);
