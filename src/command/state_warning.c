#include "command/state_warning.h"

#include "orchestrate/meltano_state.h"

bool state_warning(Cmd *cmd, Project *p, Err *err) {
    Str unread;
    if (!meltano_state_unread(p, &unread, err)) return false;
    if (unread.len) {
        cmd_warn(cmd,
                 STR_FMT " is not supported: bookmarks are kept in the warehouse; "
                         "to carry one over: pond state set ID \"$(meltano state get ID)\"",
                 STR_ARG(unread));
    }
    return true;
}
