"""Runs clang-tidy on the sources, two at a time; a file that passed is not looked at again until it or what it includes changes.

    check_tidy.py BUILD-FOLDER [--all]

A pass is remembered under build/lint by the hash of the file, its headers in the tree, its flags, .clang-tidy and clang-tidy's
version; --all (CI) forgets. Findings come one a line; `clang-tidy -p build/lint-clang FILE` tells how the analyzer got there.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import TREE

MEMORY = TREE / "build" / "lint"
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def closure(path, seen):
    """path and the headers of the tree that it includes, found by name: src first, then tests, then beside it."""
    if path in seen:
        return
    seen[path] = path.read_bytes()
    for name in INCLUDE.findall(seen[path]):
        for root in (TREE / "src", TREE / "tests", path.parent):
            header = root / os.fsdecode(name)
            if header.exists():
                closure(header, seen)
                break


def key(entry, salt):
    seen = {}
    closure(Path(entry["file"]), seen)
    digest = hashlib.sha256(salt + entry["command"].encode())
    for path in sorted(seen):
        digest.update(str(path).encode() + b"\0" + seen[path] + b"\0")
    return digest.hexdigest()


def tidy(build, entry, remembered):
    if remembered.exists():
        return ""
    # The analyzer takes 20 times what the other checks take: not for tests.
    fewer = [] if entry["file"].startswith(f"{TREE}/src/") else ["--checks=-clang-analyzer-*"]
    command = ["clang-tidy", "--quiet", "-p", build, *fewer, entry["file"]]
    run = subprocess.run(command, text=True, capture_output=True, cwd=TREE)
    if run.returncode == 0:
        remembered.touch()
        return ""
    findings = [line for line in run.stdout.splitlines() if re.search(r": (error|warning): ", line)]
    return "".join(f"{line.replace(f'{TREE}/', '')}\n" for line in findings) or run.stderr


def main(build, *flags):
    MEMORY.mkdir(parents=True, exist_ok=True)
    if "--all" in flags:
        for old in MEMORY.iterdir():
            old.unlink()
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True).stdout
    salt = version + (TREE / ".clang-tidy").read_bytes()
    entries = {e["file"]: e for e in json.loads((TREE / build / "compile_commands.json").read_text())}
    entries = [e for e in entries.values() if Path(e["file"]).exists()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outputs = list(pool.map(lambda e: tidy(build, e, MEMORY / key(e, salt)), entries))
    bad = [out for out in outputs if out]
    print("".join(bad), end="")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
