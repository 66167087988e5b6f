"""./dev refuses a wrong word at once, before anything is installed or built."""

import subprocess

import pytest
from program import ROOT


@pytest.mark.parametrize(
    "words, said",
    [
        (["frob"], "no verb frob"),
        (["build", "frob"], "no preset frob: "),
        (["test", "frob"], "no part frob: all fast unit "),
        (["fuzz", "frob"], "no target frob: airbyte "),
    ],
)
def test_a_wrong_word(words, said):
    done = subprocess.run(["./dev", *words], cwd=ROOT, capture_output=True, text=True, timeout=5)
    assert done.returncode == 1 and said in done.stderr and "cmake" not in done.stdout


def test_help_of_test():
    done = subprocess.run(["./dev", "test", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=5, check=True)
    assert "PART: all fast unit" in done.stdout
