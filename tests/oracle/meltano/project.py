"""Builds the projects of the cases."""

import json

DISCOVERING_TAP = "#!/bin/sh\ncat catalog.json\n"


def project(extractors: list | None = None, **more: object) -> str:
    """The text of a meltano.yml with these extractors."""
    plugins = {"extractors": extractors or []} | more.pop("plugins", {})
    return json.dumps({"project_id": "oracle", "plugins": plugins, **more}, ensure_ascii=False)


def tap(name: str = "tap-x", **more: object) -> dict:
    return {"name": name, "namespace": name.replace("-", "_"), "executable": f"./{name}", "capabilities": ["catalog", "discover", "state"], **more}


def target(name: str = "target-y", **more: object) -> dict:
    return {"name": name, "namespace": name.replace("-", "_"), "executable": f"./{name}", **more}


def case(name: str, yml: str, commands: list[list[str]], files: dict | None = None, **more: object) -> dict:
    return {"name": name, "input": {"files": {"meltano.yml": yml, **(files or {})}, "commands": commands, **more}}
