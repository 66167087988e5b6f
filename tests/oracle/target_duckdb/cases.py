"""Streams for target-duckdb: chosen ones for each rule and value, and seeded random ones for what nobody thought of.

The input of a case: {"config": settings beside the path, "runs": [[message, ...], ...]}, runs going into the same file.
A message that is text is a raw line.
"""

from oracle.target_duckdb import chosen, scenarios, seeded

TOOL = {"venv": "target-duckdb", "packages": ["target-duckdb", "duckdb"]}


def groups() -> dict[str, list[dict]]:
    return {
        "types": chosen.types(),
        "values": chosen.values(),
        "names": chosen.names(),
        "schema_changes": chosen.schema_changes(),
        "settings": chosen.settings(),
        "scenarios": scenarios.scenarios(),
        "random": seeded.random_streams(110),
        "random_changes": seeded.random_schema_changes(40),
    }
