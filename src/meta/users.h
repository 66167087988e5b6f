/* Users of the server, in pond.db. See meta/meta.h for threads and errors. */
#pragma once

#include "base/arena.h"
#include "base/vec.h"
#include "meta/meta.h"

typedef struct User {
    Str name, role;
    Str verifier;       /* of the password: base/scram.h */
    int64_t created_us; /* time_now_us() */
} User;

typedef VEC(User) UserVec;

/* view < analyst < editor < admin */
bool user_role_is(Str role);

/* ERR_NOT_FOUND: there is no such user. Texts in the arena. */
bool meta_user_get(Meta *m, Arena *a, Str name, User *ret, Err *err) MUST_USE;
/* In order of name; the vector is the caller's to release. */
bool meta_user_list(Meta *m, Arena *a, UserVec *ret, Err *err) MUST_USE;
/* A new one; ERR_CONFIG when the name is taken. */
bool meta_user_add(Meta *m, const User *user, Err *err) MUST_USE;
/* ERR_NOT_FOUND: there is no such user. */
bool meta_user_password(Meta *m, Str name, Str verifier, Err *err) MUST_USE;
bool meta_user_remove(Meta *m, Str name, Err *err) MUST_USE;
