/* The DuckDB file of a dbt project inside the project: dbt_project.yml names a profile, profiles.yml its file. */
#pragma once

#include "project/project.h"

/* Looks in the project's folder and in transform/. *ret: absolute; empty when there is no dbt project, its target is no
 * DuckDB, or its profile says more than `{{ env_var('NAME', 'default') }}`. A file that is no YAML is an error. */
bool dbt_target_file(const Project *p, Str *ret, Err *err) MUST_USE;
