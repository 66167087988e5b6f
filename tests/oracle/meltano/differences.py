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


DIFFERENCES = [
    Difference("decimals are printed", "Meltano cannot write its own Decimal as JSON", works("settings-cast decimal from *")),
    Difference("nothing to print", "`config print --format env` without a value crashes in Meltano", nothing_to_print),
    Difference("settings of a child", "a plugin that inherits may define settings of its own; Meltano crashes", works("settings-inherit: own setting defined")),
    Difference("both word orders", "`config PLUGIN` of Meltano 3 is accepted, too", works("settings-v3 word order")),
    Difference("flags in any place", "--safe and --unsafe are accepted before and behind the plugin", works("settings-redacted")),
    Difference("YAML tags", "`!!str`, `<<` and `=` as values are texts; Meltano cannot print them", works("settings-yaml '!!str 5'", "settings-yaml '<<'", "settings-yaml '='")),
    Difference("an instant's zone", "2024-01-02T03:04:05Z in YAML keeps its zone; Meltano drops it", at("json", "settings-yaml '2024-01-02T03:04:05Z'")),
]
