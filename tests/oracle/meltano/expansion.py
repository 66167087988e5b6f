"""Expansion of $NAME and ${name} in project files, and the layers of environments in which it happens."""

from oracle.meltano.project import case, project, tap, target
from oracle.meltano.settings import PRINT, one, setting

ENV = {"FOO": "foo", "BAR_1": "bar", "lower": "low", "EMPTY": "", "REF": "$FOO", "SPACED": "a b"}
TEXTS = [
    "$FOO", "${FOO}", "a$FOO", "a${FOO}b", "$FOO$FOO", "$FOO/$BAR_1", "$FOOX", "${FOO}X", "$lower", "${lower}", "$Foo", "${Foo}", "$1", "$", "$$", "$$FOO", "\\$FOO", "\\${FOO}", "\\\\$FOO", "a\\$b", "$NOPE", "${NOPE}", "x$NOPE", "x${NOPE}y", "$EMPTY", "x$EMPTY",
    "$REF", "${FOO:-d}", "${FOO:d}", "${}", "${ FOO }", "$FOO-$BAR_1", "$FOO.json", "$_FOO", "${FOO", "$BAR_1_", "%FOO%", "$SPACED", "{{FOO}}", "$(FOO)", "FOO", "$HOME_", "${MELTANO_PROJECT_ROOT}/x", "$MELTANO_ENVIRONMENT", "$MELTANO_EXTRACTOR_NAME", "$MELTANO_EXTRACTOR_NAMESPACE", "$MELTANO_EXTRACTOR_VARIANT", "$MELTANO_PROJECT_ID", "$TAP_X_OTHER", "$MELTANO_EXTRACT_OTHER", "é$FOO", "$FOOé", "$É", "${secret:x}",
]  # fmt: skip

SHOW_ENV = "#!/bin/sh\nenv | grep -E '^(TAP_|MELTANO_EXTRACT|L_|STACK)' | sort\n"


def expansion() -> list[dict]:
    found = [one(f"expand {text!r}", {"config": {"v": text, "other": "o"}}, [PRINT], ENV) for text in TEXTS]
    found += [one(f"integer from {text!r}", {"settings": [setting("v", "integer")], "config": {"v": text}}, [PRINT], {"FOO": "5", "NOPEX": "x"}) for text in ("$FOO", "${FOO}0", "$NOPE")]
    found += [
        one("in lists and maps", {"config": {"l": ["$FOO", {"k": "${FOO}"}], "m": {"$FOO": "$FOO"}, "n": [["$FOO"]]}}, [PRINT], ENV),
        one("in a default", {"settings": [setting("v", value="$FOO")]}, [PRINT], ENV),
        one("not in env", {"settings": [setting("v")]}, [PRINT], {**ENV, "TAP_X_V": "$FOO"}),
        one("not in .env", {"settings": [setting("v")]}, [PRINT], ENV, "TAP_X_V='$FOO'\n"),
        one("from .env", {"config": {"v": "$ONLY_DOTENV"}}, [PRINT], ENV, "ONLY_DOTENV=d\n"),
        one("env over .env", {"config": {"v": "$FOO"}}, [PRINT], ENV, "FOO=dotenv\n"),
        one("not again", {"config": {"v": "$REF"}}, [PRINT], ENV),
        one("strict mode, missing", {"config": {"v": "$NOPE"}}, [PRINT], ENV, ff={"strict_env_var_mode": True}),
        one("strict mode, there", {"config": {"v": "$FOO"}}, [PRINT], ENV, ff={"strict_env_var_mode": True}),
        one("in select", {"select": ["$FOO.*", "${lower}.x"]}, [[*PRINT, "--extras"]], ENV),
        one("another setting of the plugin", {"settings": [setting("a", value="x")], "config": {"v": "$TAP_X_A", "w": "${MELTANO_EXTRACT_A}"}}, [PRINT], ENV),
    ]
    return found + dotenvs() + layers()


DOTENVS = {
    "plain": "V=x\n", "blanks": "V = x\n", "export": "export V=x\n", "single quotes": "V='a b'\n", "double quotes": 'V="a b"\n', "escapes in double": 'V="a\\nb"\n', "escapes in single": "V='a\\nb'\n", "comment": "V=x # c\n", "hash in value": "V=x#c\n", "hash in quotes": "V='x # c'\n", "empty": "V=\n", "no value": "V\n",
    "reference": "A=1\nV=${A}2\n", "reference, default": "V=${NOPE:-d}\n", "bare reference": "A=1\nV=$A\n", "reference to the shell": "V=${FOO}\n", "single quoted reference": "A=1\nV='${A}'\n", "twice": "V=1\nV=2\n", "windows": "V=x\r\n", "blank lines and comments": "\n# c\n\nV=x\n\n", "multi-line": 'V="a\nb"\n', "equals in value": "V=a=b\n", "unclosed quote": "V='a\n", "utf-8": "V=é日\n", "leading blanks": "  V=x\n", "quotes inside": "V=a'b'c\n",
}  # fmt: skip


def dotenvs() -> list[dict]:
    found = []
    for name, text in DOTENVS.items():
        found.append(one(f".env {name}", {"settings": [setting("v")]}, [PRINT], ENV, text.replace("V", "TAP_X_V", 1) if "\nV" not in text else text.replace("\nV", "\nTAP_X_V").replace("V=1\n", "TAP_X_V=1\n")))
    found.append(case("--env-file", project([tap(config={"v": "$E"})]), [["--env-file", "other.env", *PRINT]], {".env": "E=dot\n", "other.env": "E=other\n"}))
    return found


def layers() -> list[dict]:
    """What the tap's process itself sees."""
    plugin = tap(capabilities=[], settings=[setting("a", value="x"), setting("n", "integer", value=5), setting("t", "boolean", value=True), setting("l", "array", value=[1, "b"]), setting("named", env="L_NAMED", value="y")])
    stacked = {"env": {"STACKED": "${STACKED}2", "L_PROJECT": "p"}}
    environment = {"name": "dev", "env": {"STACKED": "${STACKED}4", "L_ENVIRONMENT": "e"}, "config": {"plugins": {"extractors": [{"name": "tap-x", "env": {"STACKED": "${STACKED}5", "L_ENV_PLUGIN": "ep"}}]}}}
    with_env = {**plugin, "env": {"STACKED": "${STACKED}3", "L_PLUGIN": "pl"}}
    files = {"tap-x": SHOW_ENV}

    def seen(name: str, extractor: dict, words: list | None = None, shell: dict | None = None, dotenv: str | None = None, **more: object) -> dict:
        made = files | ({".env": dotenv} if dotenv else {})
        return case(f"child: {name}", project([extractor], **more), [[*(words or []), "invoke", "tap-x"]], made, env=shell or {})

    dev = ["--environment", "dev"]
    found = [
        seen("settings", plugin),
        seen("stack of all levels", with_env, dev, {"STACKED": "1"}, environments=[environment], **stacked),
        seen("stack without a start", with_env, dev, environments=[environment], **stacked),
        seen("stack from .env", with_env, dev, {}, "STACKED=0\n", environments=[environment], **stacked),
        seen("stack, shell and .env", with_env, dev, {"STACKED": "1"}, "STACKED=0\n", environments=[environment], **stacked),
        seen("project env", plugin, [], {"STACKED": "1"}, **stacked),
        seen("plugin env", with_env, [], {"STACKED": "1"}),
        seen("environment env", plugin, dev, {"STACKED": "1"}, environments=[environment]),
        seen("default environment is used by invoke", plugin, [], {"STACKED": "1"}, environments=[environment], default_environment="dev"),
        seen("env over a setting", {**plugin, "env": {"TAP_X_A": "over"}}),
        seen("env over a setting's source", {**plugin, "config": {"a": "yml"}}, [], {"TAP_X_A": "shell"}),
        seen("config refers to project env", {**plugin, "config": {"a": "$L_PROJECT"}}, **stacked),
        seen("config refers to plugin env", {**with_env, "config": {"a": "$L_PLUGIN"}}),
        seen("project env refers to a setting", plugin, env={"L_SELF": "$TAP_X_A"}),
        seen("nested object as variables", {**plugin, "config": {"o": {"k": {"z": 1}}}}),
        seen("null and empty", {**plugin, "config": {"z": None, "e": ""}}),
        seen("extras", {**plugin, "select": ["a.*"], "load_schema": "lake"}),
    ]
    both = {"tap-x": "#!/bin/sh\ntrue\n", "target-y": "#!/bin/sh\ncat >/dev/null\nenv | grep -E '^(TARGET_|MELTANO_LOAD|MELTANO_EXTRACT)' | sort >seen\n"}
    loader = target(settings=[setting("default_target_schema", value="$MELTANO_EXTRACT__LOAD_SCHEMA"), setting("p", value="q")])
    yml = project([{**plugin, "load_schema": "lake"}], plugins={"loaders": [loader]}, environments=[{"name": "dev"}])
    mapped = project([plugin], plugins={"loaders": [loader], "mappers": [{"name": "map-z", "namespace": "map_z", "executable": "./map-z", "mappings": [{"name": "hide", "config": {"m": 1}}]}]}, environments=[{"name": "dev"}])
    environment_seen = "#!/bin/sh\ncat >/dev/null\nenv | grep -E '^(TAP_|MAP_|MELTANO_MAP)' | sort >seen\n"
    mapper_seen = "#!/bin/sh\ncat\nenv | grep -E '^(TAP_|MAP_|MELTANO_EXTRACT|MELTANO_MAP)' | sort >seen-mapper\n"
    found.append(case("child: loader sees the mapper before it", mapped, [["--environment", "dev", "run", "tap-x", "hide", "target-y"]], {**both, "target-y": environment_seen, "map-z": mapper_seen}, show=["seen", "seen-mapper"]))
    found.append(case("el: loader's config behind its extractor", yml, [["--environment", "dev", "el", "tap-x", "target-y", "--dump", "loader-config"]], both))
    found.append(case("child: loader sees its extractor", yml, [["--environment", "dev", "run", "tap-x", "target-y"]], both, show=["seen"]))
    return found
