"""Little Meltano projects and the commands to run in them.

The input of a case: {"files": {path: text}, "env": {...}, "commands": [[word, ...], ...], "show": [files to read afterwards]}.
A file that starts with #! is made executable. meltano.yml is mostly written as JSON, which is YAML too.
"""

from oracle.meltano import catalogs, expansion, runs, settings, states

TOOL = {"venv": "meltano", "packages": ["meltano"]}


def groups() -> dict[str, list[dict]]:
    return {
        "catalog": catalogs.chosen(),
        "catalog_random": catalogs.seeded(80),
        "select_list": catalogs.lists(),
        "settings": settings.settings(),
        "expansion": expansion.expansion(),
        "edits": settings.edits(),
        "state": states.states(),
        "runs": runs.runs(),
    }
