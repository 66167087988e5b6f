/* A project in a folder of its own, for tests. */
#pragma once

#include "base/json.h"
#include "project/settings.h"

typedef struct Fixture {
    Arena arena;
    Str folder; /* removed by fixture_release */
    Map env;    /* the caller's environment */
    Err err;
} Fixture;

/* env_json: {"NAME": "value"} or NULL. */
void fixture_init(Fixture *f, const char *env_json);
void fixture_release(Fixture *f);
DEFINE_AUTO(Fixture, fixture_release)

void fixture_write(Fixture *f, const char *name, Str text);
/* The text of a file; the empty Str when it is not there. */
Str fixture_read(Fixture *f, const char *name);
/* environment: NULL = not given. NULL: f->err says why. */
Project *fixture_open(Fixture *f, const char *environment);
/* The same; fails the test when it cannot be opened. */
Project *fixture_need(Fixture *f, const char *environment);
/* Settings of a plugin of any type; fails the test when there are none. */
Settings *fixture_settings(Fixture *f, Project *p, const char *plugin);
/* Compact JSON of a node. */
const char *fixture_json(Fixture *f, const Node *n);
Node *fixture_parse(Fixture *f, Str json);
