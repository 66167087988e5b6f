"""Compiles every header of src/ alone, with the compiler's own flags from the dev build."""

import json
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tree import TREE, Report, c_files


def flags_by_folder(database):
    """src/<folder> -> the arguments that its files are compiled with."""
    flags = {}
    for entry in json.loads(database.read_text()):
        parts = entry["file"].removeprefix(str(TREE) + "/").split("/")
        if parts[0] == "src":
            arguments = shlex.split(entry["command"])[1:]
            for with_value in ("-o", "-c"):
                if with_value in arguments:
                    at = arguments.index(with_value)
                    del arguments[at : at + 2]
            flags.setdefault(parts[1], arguments)
    return flags


def compile_alone(compiler, arguments, path):
    source = f'#include "{path.relative_to("src")}"\n#include "{path.relative_to("src")}"\ntypedef int not_empty;\n'
    command = [compiler, *arguments, "-Wno-unused-function", "-fsyntax-only", "-x", "c", "-"]
    return subprocess.run(command, input=source, text=True, capture_output=True, cwd=TREE).stderr


def main(database):
    flags = flags_by_folder(TREE / database)
    fallback = flags.get("base", ["-std=gnu17", f"-I{TREE}/src"])
    report = Report("headers")
    headers = c_files("src", suffixes=(".h",))
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda p: compile_alone("gcc", flags.get(p.parts[1], fallback), p), headers)
        for path, errors in zip(headers, results):
            if errors:
                report.add(path, 1, "alone", "does not compile alone:\n" + errors)
    report.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
