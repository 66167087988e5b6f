/* Bodies of the verbs of `pond config`, and what they share. */
#pragma once

#include "command/cmd.h"
#include "project/settings.h"

bool config_list_run(Cmd *cmd, Err *err) MUST_USE;
bool config_print_run(Cmd *cmd, Err *err) MUST_USE;
bool config_set_run(Cmd *cmd, Err *err) MUST_USE;
bool config_unset_run(Cmd *cmd, Err *err) MUST_USE;
bool config_reset_run(Cmd *cmd, Err *err) MUST_USE;
bool config_test_run(Cmd *cmd, Err *err) MUST_USE;

/* The settings of the plugin that a word names; "meltano" and "pond" are the project's own. */
Settings *config_settings(Cmd *cmd, Project *p, Str name, Err *err) MUST_USE;
/* What stands for a sensitive value: the empty Str with --unsafe. */
Str config_redacted(const Cmd *cmd);
/* "TAP_X_HOST in .env", "pond.yml", "default": where a value comes from. */
Str config_source(Cmd *cmd, const Project *p, const Settings *s, const SettingValue *value);
/* A value on one line: texts bare, the rest as JSON; redacted when it is sensitive. */
Str config_value_text(Cmd *cmd, const SettingValue *value);
