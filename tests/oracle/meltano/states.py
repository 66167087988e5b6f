"""State: set, get, list, merge, copy, move, clear, and what a run leaves behind."""

import json

from oracle.meltano.project import case, project, tap, target

ID = "dev:tap-x-to-target-y"
YML = project([tap()], plugins={"loaders": [target()]}, environments=[{"name": "dev"}, {"name": "prod", "state_id_suffix": "$SUFFIX"}])


def value(**bookmarks: object) -> str:
    return json.dumps({"singer_state": {"bookmarks": bookmarks}})


def get(state_id: str = ID) -> list[str]:
    return ["state", "get", state_id]


def put(text: str, state_id: str = ID) -> list[str]:
    return ["state", "set", "--force", state_id, text]


def merge(text: str, state_id: str = ID) -> list[str]:
    return ["state", "merge", state_id, text]


def states() -> list[dict]:
    a1, b2 = value(a={"at": 1}), value(b={"at": 2})
    deep = json.dumps({"singer_state": {"a": {"b": {"c": 1, "d": [1]}}, "x": 5}})
    deep2 = json.dumps({"singer_state": {"a": {"b": {"c": 2, "e": None}, "f": "g"}, "x": {"y": 1}}})
    steps: dict[str, list] = {
        "get of nothing": [get()],
        "set and get": [put(a1), get()],
        "set, odd values": [put(json.dumps({"singer_state": {"s": "é🦆\n\"", "f": 1.0, "big": 12345678901234567890, "n": None, "t": True, "e": {}}})), get()],
        "set twice replaces": [put(a1), put(b2), get()],
        "set empty": [put('{"singer_state": {}}'), get()],
        "set empty object": [put("{}"), get()],
        "set without singer_state": [put('{"bookmarks": {}}'), get()],
        "set not json": [put("nope"), get()],
        "set a list": [put("[1]"), get()],
        "set a number": [put("5"), get()],
        "set without validation": [["state", "set", "--force", "--no-validate", ID, '{"bookmarks": {}}'], get()],
        "set an id without colon": [put(a1, "my-state"), get("my-state"), ["state", "list"]],
        "set an odd id": [put(a1, "a b/c"), get("a b/c"), ["state", "list"]],
        "set with no value": [["state", "set", "--force", ID]],
        "merge": [put(a1), merge(b2), get()],
        "merge deep": [put(deep), merge(deep2), get()],
        "merge on nothing": [merge(a1), get()],
        "merge twice": [put(a1), merge(b2), merge(value(a={"at": 9})), get()],
        "merge, lists are replaced": [put(value(l=[1, 2])), merge(value(l=[3])), get()],
        "merge then set": [put(a1), merge(b2), put(value(c=1)), get()],
        "merge from another": [put(a1), put(b2, "other"), ["state", "merge", ID, "--from-state-id", "other"], get()],
        "merge both ways given": [["state", "merge", ID, a1, "--from-state-id", "other"]],
        "list": [put(a1), put(b2, "prod:tap-x-to-target-y"), put(a1, "zzz"), ["state", "list"]],
        "list of nothing": [["state", "list"]],
        "list by pattern": [put(a1), put(b2, "prod:tap-x-to-target-y"), ["state", "list", "--pattern", "dev:*"], ["state", "list", "--pattern", "*nope*"]],
        "list after a merge alone": [merge(a1), ["state", "list"]],
        "clear": [put(a1), ["state", "clear", "--force", ID], get(), ["state", "list"]],
        "clear of nothing": [["state", "clear", "--force", ID]],
        "clear without --force": [put(a1), ["state", "clear", ID], get()],
        "clear all": [put(a1), put(b2, "other"), ["state", "clear", "--force", "--all"], ["state", "list"]],
        "copy": [put(a1), ["state", "copy", "--force", ID, "other"], get("other"), get()],
        "copy over another": [put(a1), put(b2, "other"), ["state", "copy", "--force", ID, "other"], get("other")],
        "copy of nothing": [["state", "copy", "--force", ID, "other"]],
        "move": [put(a1), ["state", "move", "--force", ID, "other"], get("other"), get(), ["state", "list"]],
        "get pretty": [put(a1), ["state", "get", "--format", "pretty", ID], ["state", "get", "--format", "json", ID]],
        "unknown verb": [["state", "nope"]],
    }  # fmt: skip
    found = [case(name, YML, commands, {}) for name, commands in steps.items()]
    return found + after_runs()


def tap_with(*lines: object, code: int = 0) -> str:
    text = "\n".join(json.dumps(line) for line in lines)
    return f"#!/bin/sh\necho \"$@\" >>tap-args\nfor word; do case $last in --state) cp $word tap-state;; esac; last=$word; done\ncat <<'END'\n{text}\nEND\nexit {code}\n"


def target_with(*states: object, code: int = 0) -> str:
    text = "\n".join(json.dumps(state) for state in states)
    return f"#!/bin/sh\ncat >received\ncat <<'END'\n{text}\nEND\nexit {code}\n"


def after_runs() -> list[dict]:
    """A tap and a target that are little scripts: what the tap is given, what is stored of the target's lines."""
    schema = {"type": "SCHEMA", "stream": "s", "schema": {"properties": {"id": {"type": "integer"}}}, "key_properties": ["id"]}
    first, second = {"bookmarks": {"s": {"at": 1}}}, {"bookmarks": {"s": {"at": 2}}}
    files = {"tap-x": tap_with(schema), "target-y": target_with(first, second), "catalog.json": "{}"}
    discovering = tap_with(schema).replace("#!/bin/sh\n", "#!/bin/sh\ncase \"$*\" in *--discover*) echo '{\"streams\": []}'; exit;; esac\n")
    run = ["--environment", "dev", "run", "tap-x", "target-y"]

    def ran(name: str, *commands: list[str], **changed: str) -> dict:
        given = files | {"tap-x": discovering} | {key.replace("_", "-"): text for key, text in changed.items() if key != "yml"}
        return case(f"run: {name}", changed.get("yml", YML), list(commands), given, show=["tap-state", "received"])

    other = "dev:tap-x-to-target-y:nightly"
    return [
        ran("keeps the last state", run, get()),
        ran("second run gets it", run, run, get()),
        ran("no state from the target", run, get(), target_y=target_with()),
        ran("state suffix", [*run, "--state-id-suffix", "nightly"], get(other), ["state", "list"]),
        ran("suffix of the environment", ["--environment", "prod", "run", "tap-x", "target-y"], ["state", "list"]),
        ran("full refresh", put(value(old=1)), [*run, "--full-refresh"], get()),
        ran("no state update", [*run, "--no-state-update"], get()),
        ran("merge strategy", put(value(old=1)), [*run, "--state-strategy", "merge"], get()),
        ran("overwrite strategy", put(value(old=1)), [*run, "--full-refresh", "--state-strategy", "overwrite"], get()),
        ran("target fails after a state", run, get(), target_y=target_with(first, code=3)),
        ran("tap fails", run, get(), tap_x=discovering.replace("exit 0", "exit 4")),
        ran("both fail", run, get(), tap_x=discovering.replace("exit 0", "exit 4"), target_y=target_with(code=3)),
        ran("without an environment", ["--no-environment", "run", "tap-x", "target-y"], ["state", "list"]),
        ran("el with a state id", ["el", "tap-x", "target-y", "--state-id", "mine"], get("mine"), ["state", "list"]),
        ran("el twice with a state id", ["el", "tap-x", "target-y", "--state-id", "mine"], ["el", "tap-x", "target-y", "--state-id", "mine"], get("mine")),
        ran("target prints what is not json", run, get(), target_y="#!/bin/sh\ncat >received\necho nope\necho '{\"bookmarks\": {}}'\n"),
    ]
