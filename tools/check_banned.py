"""Checks src/ for calls that STYLE bans, with the word that says what to use instead."""

import re

from tree import Report, c_files, code, line_of

EDGES = {"cli", "os"}

# names, folders where they are allowed, what to do instead; `()` after the names means: only as a call
CALLS = [
    ("strcpy strcat sprintf vsprintf gets strtok", set(), "use Str and Buf (base)"),
    ("system popen", set(), "use os/process: no shell"),
    ("rand srand random", set(), "use base's random"),
    ("alloca", set(), "use an arena"),
    ("setjmp longjmp sigsetjmp siglongjmp", set(), "errors are values"),
    ("atoi atol atoll atof", set(), "use base's checked number readers"),
    ("getenv secure_getenv setenv unsetenv putenv clearenv", EDGES, "a body takes its environment from Cmd"),
    ("chdir fchdir umask isatty exit", EDGES, "a body takes its world from Cmd"),
    ("setlocale localtime localtime_r tzset mktime", EDGES, "time is int64_t microseconds UTC"),
    ("printf vprintf puts putchar", EDGES, "write to the stream in Cmd"),
    ("poll ppoll select read write readv writev pread pwrite", {"os"}, "os waits, reads and writes"),
    ("pthread_cond_wait pthread_cond_timedwait usleep sleep nanosleep clock_nanosleep", {"os"}, "os waits, cancellably"),
]
WORDS = [
    ("stdout environ", EDGES, "a body takes its streams and environment from Cmd"),
]


def main():
    report = Report("banned")
    rules = []
    for table, tail in ((CALLS, r"\s*\("), (WORDS, r"\b")):
        for names, folders, instead in table:
            words = "|".join(names.split())
            # not a member (x.read, x->read) and not a longer name
            rules.append((re.compile(rf"(?<![\w.])(?<!->)({words}){tail}"), folders, instead))
    for path in c_files("src"):
        source = code(path)
        for pattern, folders, instead in rules:
            if path.parts[1] in folders:
                continue
            for match in pattern.finditer(source):
                report.add(path, line_of(source, match.start()), match[1], f"{match[1]}: {instead}")
    report.finish()


if __name__ == "__main__":
    main()
