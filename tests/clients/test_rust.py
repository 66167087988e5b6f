"""tokio-postgres. Its crates are those that Debian 12's rustc 1.63 builds, as Cargo.lock has them."""

import re
import subprocess

import pytest
from programs import built, check


def cargo() -> list[str]:
    """Before 1.68 cargo reads the registry's small index only as a developer's build."""
    said = subprocess.run(["cargo", "--version"], check=True, capture_output=True, text=True).stdout
    major, minor = re.search(r"(\d+)\.(\d+)", said).groups()
    return ["cargo"] if (int(major), int(minor)) >= (1, 68) else ["env", "RUSTC_BOOTSTRAP=1", "cargo", "-Zsparse-registry"]


@pytest.fixture(scope="module")
def program():
    # --target-dir: whoever runs this may have set another.
    return built("rust", [*cargo(), "build", "--quiet", "--locked", "--target-dir", "target"])


def test_rust(program, target):
    check(target, [program / "target" / "debug" / "client"])
