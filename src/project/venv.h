/* Where the Python environment of a plugin is. Nothing is made here: see project/install.h. */
#pragma once

#include "project/project.h"

typedef struct Venv {
    Str path;   /* absolute, in the project's arena */
    bool there; /* it has an interpreter */
    bool ours;  /* .pond/venvs/<type>-<name>; else one of Meltano's, .meltano/<type>/<name>/venv, which is only used */
} Venv;

/* Ours when it is there, else Meltano's when that is there, else ours. For plugins with a pip_url. */
Venv venv_of(const Project *p, const Plugin *plugin);
/* Ours, there or not. */
Venv venv_ours(const Project *p, const Plugin *plugin);
/* A program in it: "<path>/bin/<name>". */
Str venv_program(const Project *p, const Venv *venv, Str name);
