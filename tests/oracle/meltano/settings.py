"""Where a setting's value comes from, what its environment variable is called, how it is cast, printed and edited."""

import json

from oracle.meltano.project import case, project, tap

PRINT = ["config", "print", "tap-x", "--format", "json"]
PRINT_ENV = ["config", "print", "tap-x", "--format", "env"]
EXTRAS = ["config", "print", "tap-x", "--format", "json", "--extras"]
LIST = ["config", "list", "tap-x", "--all"]


def setting(name: str, kind: str | None = None, **more: object) -> dict:
    return {"name": name} | ({"kind": kind} if kind else {}) | more


def one(name: str, extractor: dict, commands: list | None = None, env: dict | None = None, dotenv: str | None = None, **more: object) -> dict:
    files = {".env": dotenv} if dotenv is not None else {}
    return case(name, project([tap(**extractor)], **more), commands or [PRINT], files, env=env or {})


def settings() -> list[dict]:
    return [*casts(), *sources(), *variable_names(), *nested(), *inheritance(), *extras(), *printing(), *yaml_words()]


KINDS = {
    None: ["text", "5", "true", "", "null", "[1]"],
    "string": ["text", "5", "true", "", " x "],
    "integer": ["5", "-5", "+5", "05", "5.0", "5.5", "x", "", " 5 ", "1_000", "12345678901234567890123", "true"],
    "decimal": ["5", "5.5", "-1e3", "x", "", "1.10"],
    "boolean": ["true", "True", "TRUE", "yes", "on", "1", "t", "y", "false", "no", "off", "0", "", "x", "2"],
    "array": ["[1, 2]", '["a"]', "['a']", "a,b", "", "[]", "(1,)", "5", "null"],
    "object": ['{"a": 1}', "{'a': 1}", "{}", "x", "", "[1]"],
    "date_iso8601": ["2024-01-02", "2024-01-02T03:04:05Z", ""],
    "options": ["one", "two"],
    "email": ["a@b.c", "nope"],
    "file": ["a.txt"],
    "oauth": ["tok"],
    "password": ["pw"],
    "hidden": ["h"],
}


def casts() -> list[dict]:
    found = []
    for kind, texts in KINDS.items():
        for text in texts:
            more = {"options": [{"label": "One", "value": "one"}]} if kind == "options" else {}
            found.append(one(f"cast {kind} from {text!r}", {"settings": [setting("v", kind, **more)]}, env={"TAP_X_V": text}))
    values = {"integer": ["5", 5, 5.7, True, None, "$N"], "boolean": ["true", "false", True, 1, 0, "yes", None], "string": [5, 5.5, True, ["a"], {"a": 1}, None], "array": [["a"], "['b']", '["c"]'], "object": [{"a": {"b": 1}}, '{"a": 1}'], "decimal": [1.5, "1.5", 2]}
    for kind, given in values.items():
        for value in given:
            found.append(one(f"cast {kind} from yml {json.dumps(value)}", {"settings": [setting("v", kind)], "config": {"v": value}}, env={"N": "7"}))
    for kind, value in {"integer": "5", "boolean": "true", "array": "[1]", "string": 5, "object": {"a": 1}}.items():
        found.append(one(f"cast {kind} from default {json.dumps(value)}", {"settings": [setting("v", kind, value=value)]}))
    for processor, value in {"nest_object": {"a.b": 1, "a.c": 2}, "upcase_string": "abc", "stringify": {"a": 1}, "parse_date": "2 days ago"}.items():
        if processor != "parse_date":
            found.append(one(f"value_processor {processor}", {"settings": [setting("v", value_processor=processor)], "config": {"v": value}}))
            found.append(one(f"value_post_processor {processor}", {"settings": [setting("v", value_post_processor=processor)], "config": {"v": value}}))
    return found


LEVELS = ["env", "dotenv", "environment", "yml", "default"]


def sources() -> list[dict]:
    """Every pair of neighbours in the order of precedence, all together, and none."""
    found = []
    for i, upper in enumerate(LEVELS):
        for lower in LEVELS[i:]:
            found.append(at_levels(f"from {upper} over {lower}", {upper, lower}))
    found.append(at_levels("from all levels", set(LEVELS)))
    found.append(at_levels("from nowhere", set()))
    found.append(at_levels("environment given in the shell", {"environment", "yml"}, flag=[], env={"MELTANO_ENVIRONMENT": "dev"}))
    found.append(at_levels("environment by default is not used by config", {"environment", "yml"}, flag=[], default_environment="dev"))
    found.append(at_levels("no environment", {"environment", "yml"}, flag=["--no-environment"], default_environment="dev"))
    found.append(at_levels("unknown environment", {"environment", "yml"}, flag=["--environment", "nope"]))
    found.append(at_levels("environment null", {"environment", "yml"}, flag=["--environment", "null"]))
    for level in ("env", "dotenv", "yml", "environment"):
        found.append(at_levels(f"empty text in {level}", {level, "default"}, value=""))
        found.append(at_levels(f"null word in {level}", {level, "default"}, value="null"))
    found.append(one("null in yml goes on to the default", {"settings": [setting("v", value="d")], "config": {"v": None}}))
    found.append(one("no definition, env only", {}, env={"TAP_X_V": "x"}))
    found.append(one("no definition, yml and env", {"config": {"v": "y"}}, env={"TAP_X_V": "e"}))
    found.append(one("no definition, typed in yml", {"config": {"i": 1, "f": 1.5, "b": True, "l": [1], "o": {"a": 1}, "s": "x"}}, [PRINT, PRINT_ENV]))
    found.append(one("no definition, typed in yml, env over it", {"config": {"i": 1, "b": True, "l": [1], "o": {"a": 1}}}, env={"TAP_X_I": "2", "TAP_X_B": "false", "TAP_X_L": "[2]", "TAP_X_O": '{"b": 2}'}))
    return found


def at_levels(name: str, levels: set[str], flag: list | None = None, env: dict | None = None, value: str | None = None, **more: object) -> dict:
    def given(level: str) -> str:
        return level if value is None or level == "default" else value

    extractor: dict = {"settings": [setting("v", **({"value": given("default")} if "default" in levels else {}))]}
    if "yml" in levels:
        extractor["config"] = {"v": given("yml")}
    environments = [{"name": "dev", "config": {"plugins": {"extractors": [{"name": "tap-x", "config": {"v": given("environment")} if "environment" in levels else {}}]}}}]
    words = ["--environment", "dev"] if flag is None else flag
    environment = dict(env or {}) | ({"TAP_X_V": given("env")} if "env" in levels else {})
    return one(name, extractor, [[*words, *PRINT], [*words, *LIST]], environment, f"TAP_X_V={given('dotenv')}\n" if "dotenv" in levels else None, environments=environments, **more)


def variable_names() -> list[dict]:
    found = []
    for name in ("plain", "camelCase", "with-dash", "with.dot", "a.b.c", "UPPER", "with space", "1st", "under__score", "_lead"):
        found.append(one(f"variable of {name!r}", {"settings": [setting(name, value="d")]}, [PRINT, PRINT_ENV, LIST]))
    shapes = {
        "env": {"settings": [setting("v", env="MY_V", value="d")]},
        "alias": {"settings": [setting("v", aliases=["w", "old.name"], value="d")]},
        "other namespace": {"namespace": "spaced", "settings": [setting("v", value="d")]},
        "label and description": {"label": "Tap X", "settings": [setting("v", label="The V", description="What v is.", value="d")]},
        "sensitive": {"settings": [setting("v", "password", value="hush"), setting("w", sensitive=True, value="hush2")]},
        "required": {"settings": [setting("v"), setting("w", value="d")], "settings_group_validation": [["v"]]},
        "two groups": {"settings": [setting("v"), setting("w")], "settings_group_validation": [["v"], ["w", "v"]]},
    }
    for name, extractor in shapes.items():
        found.append(one(f"{name} in print and list", extractor, [PRINT, PRINT_ENV, LIST, ["config", "list", "tap-x"]]))
    reads = {
        "by env": (shapes["env"], {"MY_V": "x"}), "by plugin name though env is set": (shapes["env"], {"TAP_X_V": "x"}), "by alias": (shapes["alias"], {"TAP_X_W": "x"}), "by dotted alias": (shapes["alias"], {"TAP_X_OLD_NAME": "x"}),
        "by namespace": (shapes["other namespace"], {"SPACED_V": "x"}), "by name and namespace, equal": (shapes["other namespace"], {"SPACED_V": "x", "TAP_X_V": "x"}), "by name and namespace, unequal": (shapes["other namespace"], {"SPACED_V": "x", "TAP_X_V": "y"}),
        "by alias and name, unequal": (shapes["alias"], {"TAP_X_W": "x", "TAP_X_V": "y"}), "by generic name": (shapes["other namespace"], {"MELTANO_EXTRACT_V": "x"}), "lower case": (shapes["other namespace"], {"tap_x_v": "x"}),
    }  # fmt: skip
    for name, (extractor, env) in reads.items():
        found.append(one(f"read {name}", extractor, [PRINT, PRINT_ENV], env))
    found.append(one("alias in yml", {**shapes["alias"], "config": {"w": "x"}}, [PRINT]))
    found.append(one("alias and name in yml", {**shapes["alias"], "config": {"w": "x", "v": "y"}}, [PRINT]))
    found.append(one("env and .env, two names", shapes["other namespace"], [PRINT], {"SPACED_V": "x"}, "TAP_X_V=y\n"))
    return found


def nested() -> list[dict]:
    dotted = [setting("a.b", value="db"), setting("a.c"), setting("a.d.e", "integer")]
    found = [
        one("nested defaults", {"settings": dotted}, [PRINT, PRINT_ENV]),
        one("nested in yml", {"settings": dotted, "config": {"a": {"b": 1, "c": 2, "d": {"e": "3"}}}}, [PRINT, PRINT_ENV]),
        one("dotted in yml", {"settings": dotted, "config": {"a.b": 1, "a.d.e": "3"}}, [PRINT]),
        one("nested and dotted in yml", {"settings": dotted, "config": {"a": {"b": 1}, "a.c": 2}}, [PRINT]),
        one("nested by env", {"settings": dotted}, [PRINT], {"TAP_X_A_B": "x", "TAP_X_A_D_E": "4"}),
        one("object with defined parts", {"settings": [setting("a", "object"), *dotted]}, [PRINT, PRINT_ENV], {"TAP_X_A_C": "x"}),
        one("object as a whole by env", {"settings": [setting("a", "object"), *dotted]}, [PRINT], {"TAP_X_A": '{"b": 9}'}),
        one("object as a whole in yml", {"settings": [setting("a", "object")], "config": {"a": {"b": {"c": 1}, "l": [{"x": 1}]}}}, [PRINT, PRINT_ENV]),
        one("object as a whole in yml, a part by env", {"settings": [setting("a", "object"), setting("a.b")], "config": {"a": {"b": 1, "c": 2}}}, [PRINT], {"TAP_X_A_B": "e"}),
        one("undefined nested", {"config": {"x": {"y": {"z": 1}}}}, [PRINT, PRINT_ENV, LIST]),
        one("a literal dot", {"config": {r"x\.y": 1}}, [PRINT, PRINT_ENV]),
        one("empty object", {"settings": [setting("a", "object")], "config": {"a": {}}}, [PRINT]),
        one("null inside an object", {"config": {"a": {"b": None, "c": 1}}}, [PRINT]),
        one("list of objects", {"config": {"files": [{"entity": "a", "path": "$P/x.csv", "keys": ["id"]}]}}, [PRINT, PRINT_ENV], {"P": "/data"}),
    ]
    return found


def inheritance() -> list[dict]:
    base = tap(settings=[setting("v", value="default"), setting("w")], config={"v": "parent", "w": "pw"}, select=["a.*"])
    child = {"name": "tap-x--child", "inherit_from": "tap-x"}
    words = ["config", "print", "tap-x--child", "--format", "json"]

    def of(name: str, extractors: list, commands: list | None = None, **more: object) -> dict:
        return case(f"inherit: {name}", project(extractors, **more.pop("project", {})), commands or [words], {}, **more)

    grand = {"name": "tap-grand", "inherit_from": "tap-x--child"}
    dev = {"name": "dev", "config": {"plugins": {"extractors": [{"name": "tap-x", "config": {"v": "parent in dev"}}]}}}
    return [
        of("nothing of its own", [base, child], [words, ["config", "print", "tap-x--child", "--format", "env"], ["config", "list", "tap-x--child", "--all"]]),
        of("own config", [base, {**child, "config": {"v": "child"}}]),
        of("parent's variable", [base, child], env={"TAP_X_V": "e"}),
        of("own variable", [base, child], env={"TAP_X__CHILD_V": "e"}),
        of("both variables", [base, child], env={"TAP_X__CHILD_V": "c", "TAP_X_V": "p"}),
        of("namespace variable of both", [{**base, "namespace": "shared"}, child], env={"SHARED_V": "s"}),
        of("own config over parent's variable", [base, {**child, "config": {"v": "child"}}], env={"TAP_X_V": "p"}),
        of("parent in an environment", [base, child], [["--environment", "dev", *words]], project={"environments": [dev]}),
        of("grandchild", [base, {**child, "config": {"w": "cw"}}, grand], [["config", "print", "tap-grand", "--format", "json"], ["config", "print", "tap-grand", "--format", "env"]]),
        of("own setting defined", [base, {**child, "settings": [{"name": "n", "value": "new"}]}]),
        of("extras", [base, child], [["config", "print", "tap-x--child", "--format", "json", "--extras"]]),
        of("own select", [base, {**child, "select": ["b.*"]}], [["config", "print", "tap-x--child", "--format", "json", "--extras"]]),
        of("unknown parent", [base, {"name": "t", "inherit_from": "nope"}], [["config", "print", "t", "--format", "json"]]),
    ]


def extras() -> list[dict]:
    full = {"select": ["a.*", "!a.b"], "metadata": {"a": {"replication-key": "id"}}, "schema": {"a": {"id": {"type": "string"}}}, "select_filter": ["a"], "load_schema": "lake"}
    found = [
        one("extras, default", {}, [EXTRAS, ["config", "list", "tap-x", "--extras"]]),
        one("extras, all given", full, [EXTRAS, ["config", "print", "tap-x", "--format", "env", "--extras"]]),
        one("extras in config with an underscore", {"config": {"_select": ["z.*"]}}, [EXTRAS]),
        one("select by variable", {}, [EXTRAS], {"TAP_X__SELECT": '["e.*"]'}),
        one("select by generic variable", {}, [EXTRAS], {"MELTANO_EXTRACT__SELECT": '["e.*"]'}),
        one("metadata by variable", {}, [EXTRAS], {"TAP_X__METADATA": '{"a": {"x": 1}}'}),
        one("metadata key by variable", {}, [EXTRAS], {"TAP_X__METADATA_A_REPLICATION_KEY": "id"}),
        one("load_schema by variable", {}, [EXTRAS], {"TAP_X__LOAD_SCHEMA": "raw"}),
        one("select in .env", {}, [EXTRAS], {}, 'TAP_X__SELECT=["d.*"]\n'),
        one("select_filter with a variable", {"select_filter": ["$S"]}, [EXTRAS], {"S": "users"}),
        one("load_schema default uses the namespace", {"namespace": "spaced"}, [EXTRAS]),
        one("load_schema with own settings", {"load_schema": "s_$TAP_X_V", "settings": [setting("v", value="vv")]}, [EXTRAS]),
    ]
    dev = {"name": "dev", "config": {"plugins": {"extractors": [{"name": "tap-x", "select": ["dev.*"], "metadata": {"a": {"y": 2}}, "config": {"k": 1}}]}}}
    found.append(one("extras in an environment", full, [["--environment", "dev", *EXTRAS], ["--environment", "dev", *PRINT]], environments=[dev]))
    loaders = {"loaders": [{"name": "target-y", "namespace": "target_y", "executable": "./t", "settings": [setting("default_target_schema", value="$MELTANO_EXTRACT__LOAD_SCHEMA")], "dialect": "duckdb"}]}
    words = ["config", "print", "target-y", "--format", "json"]
    found.append(case("loader's schema from an extractor's variable", project([tap()], plugins=loaders), [words, [*words, "--extras"]], {}, env={"MELTANO_EXTRACT__LOAD_SCHEMA": "raw"}))
    found.append(case("loader's schema from nothing", project([tap()], plugins=loaders), [words], {}))
    return found


def printing() -> list[dict]:
    values = {"s": "it's \"quoted\" $x", "n": "line\nbreak", "u": "é日🦆", "i": 5, "f": 1.5, "b": False, "l": [1, "two"], "o": {"k": [True, None]}, "e": "", "big": 12345678901234567890}
    return [
        one("print of many kinds", {"config": values}, [PRINT, PRINT_ENV, LIST]),
        one("default format", {"config": {"a": 1}}, [["config", "print", "tap-x"]]),
        one("v3 word order", {"config": {"a": 1}}, [["config", "tap-x"], ["config", "tap-x", "list"], ["config", "tap-x", "set", "a", "2"]]),
        one("unknown plugin", {}, [["config", "print", "nope", "--format", "json"]]),
        one("unknown format", {}, [["config", "print", "tap-x", "--format", "nope"]]),
        one("unknown verb", {}, [["config", "nope", "tap-x"]]),
        one("plugin type flag", {}, [["config", "--plugin-type", "extractor", "print", "tap-x"], ["config", "print", "--plugin-type", "extractor", "tap-x"], ["config", "list", "--plugin-type", "extractor", "tap-x"], ["config", "print", "tap-x", "--plugin-type", "loader"]]),
        one("list with a filter", {"settings": [setting("alpha", value=1), setting("beta", value=2)]}, [["config", "list", "tap-x", "--filter", "alp"], ["config", "list", "tap-x", "--all"], ["config", "list", "tap-x"]]),
        one("redacted", {"settings": [setting("v", "password")], "config": {"v": "hush"}}, [["config", "print", "tap-x", "--safe"], ["config", "print", "tap-x"], ["config", "list", "tap-x"], ["config", "list", "--unsafe", "tap-x"]]),
    ]


YAML_WORDS = [
    "yes", "no", "on", "off", "true", "True", "TRUE", "null", "~", "", "1_000", "010", "0o10", "0x1f", "1e3", "1.0", "1.10", ".5", "-.inf", ".nan", "2024-01-02", "2024-01-02T03:04:05Z", "12:30", "'5'", "\"a\\tb\"", "a: b", "[1, two]", "{a: 1}", "!!str 5", "|\n        two\n        lines", ">\n        folded\n        text", "&x 5", "$NOPE", "'${HOME_X}'", "@x", "x # comment", "<<", "=", "1.5e-3", "+5", "0b11", "1:20:30",
]  # fmt: skip


def yaml_words() -> list[dict]:
    found = []
    for word in YAML_WORDS:
        yml = f"project_id: oracle\nplugins:\n  extractors:\n  - name: tap-x\n    namespace: tap_x\n    executable: ./tap-x\n    config:\n      v: {word}\n"
        found.append(case(f"yaml {word!r}", yml, [PRINT], {}, env={"HOME_X": "h"}))
    merge = "project_id: oracle\nbase: &base\n  a: 1\n  b: 2\nplugins:\n  extractors:\n  - name: tap-x\n    namespace: tap_x\n    executable: ./tap-x\n    config:\n      <<: *base\n      b: 3\n"
    found.append(case("yaml merge key", merge, [PRINT], {}))
    twice = "project_id: oracle\nplugins:\n  extractors:\n  - name: tap-x\n    namespace: tap_x\n    config: {v: 1, v: 2}\n"
    found.append(case("yaml same key twice", twice, [PRINT], {}))
    found.append(case("yaml syntax error", "plugins: [\n", [PRINT], {}))
    found.append(case("yaml empty file", "", [PRINT], {}))
    parts = "project_id: oracle\ninclude_paths: ['./more/*.yml']\nplugins: {}\n"
    found.append(case("include_paths", parts, [PRINT], {"more/taps.yml": "plugins:\n  extractors:\n  - name: tap-x\n    namespace: tap_x\n    config: {v: included}\n"}))
    return found


COMMENTED = """# our project
version: 1   # keep me
default_environment: dev
project_id: oracle

plugins:
  extractors:
    # the shop
    - name: tap-x
      namespace: tap_x
      executable: ./tap-x
      settings:
        - {name: v}
        - name: n
          kind: integer
        - name: secret
          kind: password
      config:
        v: old   # a comment
        other: "quoted"
      select:
        - a.*
      unknown_key: {kept: yes}
environments:
  - name: dev
    config:
      plugins: {}
# the end
"""


def edits() -> list[dict]:
    def edit(name: str, *commands: list[str], show: tuple = ("meltano.yml", ".env"), yml: str = COMMENTED, **more: object) -> dict:
        return case(name, yml, list(commands), more.pop("files", {}), show=list(show), **more)

    dev = ["--environment", "dev"]
    return [
        edit("set", ["config", "set", "tap-x", "v", "new"], PRINT),
        edit("set a number", ["config", "set", "tap-x", "n", "5"]),
        edit("set a bad number", ["config", "set", "tap-x", "n", "x"]),
        edit("set new", ["config", "set", "tap-x", "fresh", "x"]),
        edit("set json", ["config", "set", "tap-x", "list", "[1, 2]"], ["config", "set", "tap-x", "map", '{"a": 1}'], ["config", "set", "tap-x", "flag", "true"], ["config", "set", "tap-x", "none", "null"], PRINT),
        edit("set nested", ["config", "set", "tap-x", "a.b", "1"], ["config", "set", "tap-x", "a", "c", "2"], PRINT),
        edit("set in an environment", [*dev, "config", "set", "tap-x", "v", "new"], [*dev, *PRINT]),
        edit("set a secret", ["config", "set", "tap-x", "secret", "hush"], PRINT),
        edit("set to .env", ["config", "set", "tap-x", "--store", "dotenv", "v", "new"], PRINT),
        edit("set to .env that exists", ["config", "set", "tap-x", "--store=dotenv", "v", "it's new"], files={".env": "# mine\nOTHER=1\nTAP_X_V=old\n"}),
        edit("set to the database", ["config", "set", "tap-x", "--store", "db", "n", "5"], PRINT),
        edit("set select", ["config", "set", "tap-x", "_select", '["b.*"]']),
        edit("set metadata", ["config", "set", "tap-x", "_metadata", "a", "replication-key", "id"]),
        edit("set a setting of meltano", ["config", "set", "meltano", "elt.buffer_size", "1000"], ["config", "print", "meltano", "--format", "json"], show=("meltano.yml",)),
        edit("unset", ["config", "unset", "tap-x", "v"], PRINT),
        edit("unset what is not set", ["config", "unset", "tap-x", "n"]),
        edit("unset unknown", ["config", "unset", "tap-x", "nope"]),
        edit("reset", ["config", "reset", "tap-x"]),
        edit("select add", ["select", "tap-x", "users", "id"]),
        edit("select add all properties", ["select", "tap-x", "users"]),
        edit("select exclude", ["select", "tap-x", "--exclude", "users", "name"]),
        edit("select add twice", ["select", "tap-x", "users", "id"], ["select", "tap-x", "users", "id"]),
        edit("select remove", ["select", "tap-x", "--rm", "a", "*"]),
        edit("select remove what is not there", ["select", "tap-x", "--rm", "nope", "*"]),
        edit("select in an environment", [*dev, "select", "tap-x", "users", "id"]),
        edit("select clear", ["select", "tap-x", "--clear"]),
        edit("select first of none", ["select", "tap-x", "users", "id"], yml="plugins:\n  extractors:\n  - name: tap-x\n    namespace: tap_x\n"),
        edit("set first of none", ["config", "set", "tap-x", "v", "1"], yml="plugins:\n  extractors:\n  - name: tap-x\n    namespace: tap_x\n    # after\n\n# far after\n"),
        edit("set, flow style", ["config", "set", "tap-x", "v", "2"], yml="plugins: {extractors: [{name: tap-x, namespace: tap_x, config: {v: 1}}]}\n"),
        edit("set, texts that need quotes", *[["config", "set", "tap-x", f"k{i}", text] for i, text in enumerate(["yes", "a: b", "# x", "it's", '"', "5x", " lead", "2024-01-02", "multi\nline", "", "*", "1e3"])]),
        edit("environment add and remove", ["environment", "add", "prod"], ["environment", "list"], ["environment", "remove", "dev"], show=("meltano.yml",)),
        edit("job and schedule", ["job", "add", "all", "--tasks", "tap-x target-y"], ["job", "list", "--format", "json"], ["schedule", "list", "--format", "json"]),
    ]
