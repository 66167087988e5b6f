"""Where Pond is meant to answer otherwise than Meltano: mostly where Meltano ends with a Python traceback."""

from oracle.harness import Difference, Mismatch
from oracle.replay import named


def works(*globs: str):
    """Meltano fails, Pond does not."""
    return lambda m: m.what == "exit" and m.pond == "exit 0" and named(*globs)(m)


def at(what: str, *globs: str):
    return lambda m: m.what == what and named(*globs)(m)


def nothing_to_print(m: Mismatch) -> bool:
    return m.what == "exit" and "--format env" in m.where and "FileNotFoundError" in str(m.real) and m.pond == "exit 0"


def nulls(m: Mismatch) -> bool:
    return m.what == "json" and m.real == {} and m.pond is None and "replication" in m.where


def stacked(m: Mismatch) -> bool:
    return m.what == "out" and named("expansion-child: *env*")(m)


PENDING = [
    ("runs-job list*", "jobs are listed by a later issue: the full Meltano command set"),
    ("runs-schedule list*", "schedules are listed by a later issue: the full Meltano command set"),
    ("runs-environment list", "environments are edited by a later issue: the full Meltano command set"),
    ("edits-environment add and remove", "environments are edited by a later issue: the full Meltano command set"),
    ("edits-job and schedule", "jobs are edited by a later issue: the full Meltano command set"),
]

DIFFERENCES = [
    Difference("decimals are printed", "Meltano cannot write its own Decimal as JSON", works("settings-cast decimal from *")),
    Difference("nothing to print", "`config print --format env` without a value crashes in Meltano", nothing_to_print),
    Difference("settings of a child", "a plugin that inherits may define settings of its own; Meltano crashes", works("settings-inherit: own setting defined")),
    Difference("both word orders", "`config PLUGIN` of Meltano 3 is accepted, too", works("settings-v3 word order")),
    Difference("flags in any place", "--safe and --unsafe are accepted before and behind the plugin", works("settings-redacted")),
    Difference("YAML tags", "`!!str`, `<<` and `=` as values are texts; Meltano cannot print them", works("settings-yaml '!!str 5'", "settings-yaml '<<'", "settings-yaml '='")),
    Difference("an instant's zone", "2024-01-02T03:04:05Z in YAML keeps its zone; Meltano drops it", at("json", "settings-yaml '2024-01-02T03:04:05Z'")),
    Difference("null metadata", "stays null; Meltano makes an empty object of it", nulls),
    Difference("layers of env", "an `env:` of any level sees the shell's value; in Meltano only the project's does, and only when an environment is active", stacked),
    Difference("a job's only task", "may be one text, as the schema says; Meltano takes each letter for a block", at("exit", "runs-blocks: text")),
    Difference("a job's only task, run", "what the run leaves", at("file", "runs-blocks: text")),
    Difference("run of nothing", "is a usage error", at("exit", "runs-blocks: none")),
    Difference("catalog without discover", "the tap runs without a catalog; Meltano stops", works("runs-command line with*capabilities ?\"catalog\"?")),
    Difference("catalog without discover, run", "what the run leaves", at("file", "runs-command line with*capabilities ?\"catalog\"?")),
    Difference("dump of no state", "prints an empty one; Meltano ends with a traceback", works("runs-el --dump state")),
    Difference("merge over a number", "the later value counts; Meltano can never read this state again", works("state-merge deep")),
    Difference("state without singer_state", "is taken for the Singer state itself", at("json", "state-set without validation")),
    Difference("no environment", "--no-environment runs; Meltano asks for an environment", works("state-run: without an environment")),
    Difference("no environment, run", "what the run leaves", at("file", "state-run: without an environment")),
    Difference("kind password", "stays as written; Meltano rewrites it as string and sensitive", lambda m: m.what == "json" and m.where.endswith(".kind") and (m.real, m.pond) == ("string", "password")),
    Difference("project_id", "is not made up by an edit", lambda m: m.what == "json" and m.where == "meltano.yml .project_id"),
    Difference("settings of meltano", "those that Pond has; Meltano prints {} for what has no value", at("json", "edits-set a setting of meltano")),
    Difference("comment of a removed value", "goes with its line", at("comment", "edits-unset")),
    Difference("a pattern added twice", "stands once", lambda m: at("json", "edits-select add twice")(m) and m.where.endswith(".select")),
]
