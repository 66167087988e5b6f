"""A Meltano project for a test: plugins as Python values, written as YAML (of which JSON is a part)."""

import json
import sys
from pathlib import Path

from program import FORWARDED, HERE, SERVED, Done, Pond, Running, serve

TAPS = HERE / "taps"


class Project:
    """A folder with meltano.yml. Changes are written at once; `run` is `pond run` in it."""

    def __init__(self, pond: Pond):
        self.pond = pond
        self.folder = pond.folder / "project"
        self.folder.mkdir(exist_ok=True)
        self.extractors: dict[str, dict] = {}
        self.loaders: dict[str, dict] = {}
        self.mappers: dict[str, dict] = {}
        self.utilities: dict[str, dict] = {}
        self.extra: dict = {}
        self.loader()

    @property
    def file(self) -> Path:
        return self.folder / "meltano.yml"

    def loader(self, name: str = "target-duckdb", definition: dict | None = None, **config) -> None:
        config = (
            {"path": str(self.pond.database), "default_target_schema": "main", **config}
            if definition is None
            else config
        )
        self.loaders[name] = {"namespace": name.replace("-", "_"), **(definition or {}), "config": config}
        self.write()

    def tap(self, name: str, executable, config: dict, **extras) -> None:
        self.extractors[name] = {
            "namespace": name.replace("-", "_"),
            "executable": str(executable),
            "capabilities": ["catalog", "discover", "state"],
            **extras,
            "config": config,
        }
        self.write()

    def utility(self, name: str, definition: dict) -> None:
        self.utilities[name] = {"namespace": name.replace("-", "_"), **definition}
        self.write()

    def script(self, streams: list[dict], name: str = "tap-script", **config) -> None:
        """The deterministic tap of tests/e2e/taps."""
        self.tap(name, self.launcher("tap_script.py"), {"streams": streams, **config})

    def launcher(self, script: str) -> Path:
        """An executable for a Python script that starts fast (-S: no site packages)."""
        path = self.folder / script.removesuffix(".py")
        path.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E {TAPS / script} "$@"\n')
        path.chmod(0o755)
        return path

    def shell(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def write(self) -> None:
        plugins = {
            kind: [{"name": name, **plugin} for name, plugin in listed.items()]
            for kind, listed in (
                ("extractors", self.extractors),
                ("loaders", self.loaders),
                ("mappers", self.mappers),
                ("utilities", self.utilities),
            )
            if listed
        }
        project = {"default_environment": "dev", "environments": [{"name": "dev"}], "plugins": plugins, **self.extra}
        self.file.write_text(json.dumps(project, indent=2) + "\n")

    def env(self, **values: str) -> None:
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    def __call__(self, *words, **options) -> Done:
        """pond WORDS in the project's folder."""
        if SERVED and words[0] in FORWARDED:
            serve(self.pond, self.folder)
        return self.pond.run(*words, cwd=self.folder, **options)

    def run(self, tap: str = "tap-script", target: str = "target-duckdb", *flags: str, **options) -> Done:
        return self("run", *flags, tap, target, **options)

    def start(self, *words, **options) -> Running:
        if SERVED and words[0] in FORWARDED:
            serve(self.pond, self.folder)
        return self.pond.start(*words, cwd=self.folder, **options)

    def state(self, state_id: str = "dev:tap-script-to-target-duckdb") -> dict:
        """The stored bookmark."""
        return json.loads(self("state", "get", state_id).ok().out)["singer_state"]

    def only_pond(self) -> None:
        """The project file is named pond.yml instead."""
        self.file.rename(self.folder / "pond.yml")
