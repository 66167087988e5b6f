/* What the parts of `pond doctor` share. */
#pragma once

#include "command/cmd.h"

typedef struct Doctor {
    Cmd *cmd;
    Node *findings; /* of --format json; NULL else */
    bool ill;
} Doctor;

typedef enum Verdict { FINE, NOTED, WRONG } Verdict;

/* One finding; mend is the command that helps, or empty. */
void doctor_tell(Doctor *d, Verdict verdict, const char *what, Str text, Str mend);
void doctor_tell_error(Doctor *d, const char *what, const Err *error);
void doctor_disk(Doctor *d, const char *what, Str folder);

/* ---- doctor_warehouse.c ---- */
/* Which files the project has, who names them, how they are; pond.db, backups, the server. */
void doctor_warehouses(Doctor *d, Project *p);
