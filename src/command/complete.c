/* pond complete: words for the shell. In bash: complete -o default -C 'pond complete' pond */
#include "command/all.h"
#include "command/cmd.h"

/* What is typed so far up to the cursor, split at blanks; the last word may be empty. */
static void typed_words(const Cmd *cmd, StrVec *ret) {
    Str line = cmd_env(cmd, STR("COMP_LINE")), point = cmd_env(cmd, STR("COMP_POINT")), word;
    uint64_t end;
    if (str_to_u64(point, &end)) line = str_slice(line, 0, end);
    bool program = true;
    while (str_cut(&line, ' ', &word)) {
        bool last = line.at == NULL;
        if (!program && (word.len || last)) vec_push(ret, word);
        program = false;
    }
}

static bool complete_run(Cmd *cmd, Err *err) {
    (void)err;
    AUTO(StrVec) typed = {0};
    AUTO(StrVec) words = {0};
    typed_words(cmd, &typed);
    command_line_complete(&typed, &words, cmd->arena);
    for (size_t i = 0; i < words.len; i++) out_printf(cmd->out, STR_FMT "\n", STR_ARG(words.at[i]));
    return true;
}

const Command command_complete = {
    .name = "complete",
    .group = GROUP_MACHINE,
    .words = "[WORD...]",
    .summary = "words for the shell's completion",
    .details = "In bash: complete -o default -C 'pond complete' pond\n",
    .run = complete_run,
    .hidden = true,
};
