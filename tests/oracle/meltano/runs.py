"""Blocks of `run`, jobs, command lines of taps, dumps of `el`, and the errors of all these."""

import json

from oracle.meltano.project import case, project, tap, target
from oracle.meltano.states import target_with

ARGS = "#!/bin/sh\ncase \"$*\" in *--discover*) echo '{\"streams\": []}'; exit;; esac\necho \"$@\" | sed -E 's#[^ ]*/run/[^ ]*#FILE#g' >tap-args\nfor word; do case $last in --config) cp $word tap-config;; esac; last=$word; done\n"
SEEN = ["tap-args", "tap-config", "target-config", "mapper-config"]
TARGET = "#!/bin/sh\ncp \"$2\" target-config\ncat >/dev/null\n"
MAPPER = "#!/bin/sh\ncat\ncp \"$2\" mapper-config\n"  # at the end: of two mappers the second one's stays

PLUGINS = {
    "loaders": [target(config={"b": 2})],
    "mappers": [{"name": "map-z", "namespace": "map_z", "executable": "./map-z", "config": {"shared": 1, "both": "plugin"}, "mappings": [{"name": "hide", "config": {"both": "mapping", "own": True}}, {"name": "other", "config": {}}]}],
    "utilities": [{"name": "tool", "namespace": "tool", "executable": "./tool", "commands": {"hello": "say 'two words' $WORD", "full": {"args": "x", "description": "d"}, "fail": "fail"}}],
}  # fmt: skip
JOBS = [{"name": "one", "tasks": ["tap-x target-y"]}, {"name": "text", "tasks": "tap-x target-y"}, {"name": "two", "tasks": ["tap-x target-y", "tool:hello"]}, {"name": "listed", "tasks": [["tap-x target-y", "tool:hello"]]}, {"name": "nested", "tasks": ["one"]}, {"name": "tool", "tasks": ["tap-x target-y"]}, {"name": "empty", "tasks": []}, {"name": "bad", "tasks": ["target-y"]}]
SCHEDULES = [{"name": "daily", "interval": "@daily", "job": "one"}, {"name": "el", "extractor": "tap-x", "loader": "target-y", "transform": "skip", "interval": "0 3 * * *", "env": {"A": "1"}}, {"name": "once", "interval": "@once", "job": "two"}]
YML = project([tap(config={"a": 1}, capabilities=["catalog", "discover", "state"])], plugins=PLUGINS, jobs=JOBS, schedules=SCHEDULES, environments=[{"name": "dev"}], default_environment="dev")
FILES = {"tap-x": ARGS, "target-y": TARGET, "map-z": MAPPER, "tool": "#!/bin/sh\ncase $1 in fail) exit 7;; esac\nfor word; do echo \"[$word]\"; done\n"}

WORD = {"WORD": "expanded word"}
BLOCKS = [
    ["tap-x", "target-y"], ["tap-x"], ["target-y"], ["tap-x", "tap-x"], ["target-y", "tap-x"], ["tap-x", "hide", "target-y"], ["tap-x", "map-z", "target-y"], ["tap-x", "hide", "other", "target-y"], ["hide", "tap-x", "target-y"], ["tap-x", "hide"], ["tap-x", "tool:hello", "target-y"],
    ["tap-x", "target-y", "tool:hello"], ["tool:hello"], ["tool"], ["tool:nope"], ["nope"], ["nope:x"], ["one"], ["text"], ["two"], ["listed"], ["nested"], ["empty"], ["bad"], ["one", "two"], ["tap-x", "target-y", "tap-x", "target-y"], [], ["tap-x:nope", "target-y"], ["tap-x", "target-y:x"], ["hide"], ["map-z"], ["tool:fail", "tool:hello"], ["tap-x", "target-y", "target-y"],
]  # fmt: skip


def runs() -> list[dict]:
    found = [case(f"blocks: {' '.join(words) or 'none'}", YML, [["run", *words]], FILES, show=SEEN, env=WORD) for words in BLOCKS]
    found.append(case("blocks: a command with an unset variable", YML, [["run", "tool:hello"]], FILES))
    found.append(case("invoke: a command with an unset variable", YML, [["invoke", "tool:hello"]], FILES))
    found += [case(f"dry run: {' '.join(words)}", YML, [["run", "--dry-run", *words]], FILES, show=SEEN) for words in (["tap-x", "target-y"], ["two"], ["target-y"])]
    for capabilities in (["catalog", "discover", "state"], ["properties", "discover"], ["discover"], [], ["catalog"], ["state"]):
        yml = project([tap(config={"a": 1}, capabilities=capabilities)], plugins=PLUGINS, environments=[{"name": "dev"}], default_environment="dev")
        found.append(case(f"command line with capabilities {json.dumps(capabilities)}", yml, [["run", "tap-x", "target-y"]], FILES | {"target-y": target_with({"x": 1})}, show=SEEN))
        found.append(case(f"command line with state and capabilities {json.dumps(capabilities)}", yml, [["state", "set", "--force", "dev:tap-x-to-target-y", '{"singer_state": {"x": 1}}'], ["run", "tap-x", "target-y"]], FILES, show=SEEN))
    invokes = {
        "plain": ["invoke", "tool", "a", "b c"], "options go to the plugin": ["invoke", "tool", "--help"], "command": ["invoke", "tool:hello"], "command with more": ["invoke", "tool:hello", "more"], "exit code": ["invoke", "tool:fail"], "unknown": ["invoke", "nope"], "unknown command": ["invoke", "tool:nope"], "list of commands": ["invoke", "tool", "--list-commands"],
        "no executable": ["invoke", "gone"], "print-var": ["invoke", "--print-var", "TOOL_X", "tool", "a"], "plugin type": ["invoke", "--plugin-type", "utility", "tool", "a"], "wrong plugin type": ["invoke", "--plugin-type", "loader", "tool", "a"],
    }  # fmt: skip
    gone = json.loads(YML)
    gone["plugins"]["utilities"].append({"name": "gone", "namespace": "gone", "executable": "./not-there"})
    for name, words in invokes.items():
        found.append(case(f"invoke: {name}", json.dumps(gone), [words], FILES, env=WORD))
    for what in ("catalog", "state", "extractor-config", "loader-config"):
        found.append(case(f"el --dump {what}", YML, [["el", "tap-x", "target-y", "--state-id", "s", "--dump", what]], FILES))
    found.append(case("invoke --dump config", YML, [["invoke", "--dump", "config", "tap-x"]], FILES))
    for words in (["job", "list", "--format", "json"], ["job", "list", "one", "--format", "json"], ["schedule", "list", "--format", "json"], ["environment", "list"]):
        found.append(case(" ".join(words), YML, [words], FILES))
    found.append(case("environment that is not there", YML, [["--environment", "nope", "run", "tap-x", "target-y"]], FILES))
    return found
