#include "command/config.h"

bool config_test_run(Cmd *cmd, Err *err) {
    (void)cmd;
    return err_set(err, ERR_UNSUPPORTED, "config test: later today");
}
