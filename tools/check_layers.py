"""Checks every #include of src/ against cmake/layers.conf: own folder, folders above, foreign headers in their one folder."""

import re
from fnmatch import fnmatch

from tree import TREE, Report, c_files, code, line_of

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def layers():
    """folder -> (what it may include, its foreign headers)."""
    table = {}
    for line in (TREE / "cmake" / "layers.conf").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            folder, above, foreign = (part.split() for part in line.split("|"))
            table[folder[0]] = (above, foreign)
    return table


def main():
    table = layers()
    owners = {}
    for folder, (_, foreign) in table.items():
        for header in foreign:
            owners.setdefault(header, []).append(folder)
    report = Report("layers")
    for path in c_files("src"):
        folder = path.parts[1]
        if folder not in table:
            report.add(path, 1, folder, f"src/{folder} is not in cmake/layers.conf")
            continue
        above = table[folder][0]
        source = code(path, keep_strings=True)
        for match in INCLUDE.finditer(source):
            kind, header = match.groups()
            line = line_of(source, match.start())
            if kind == "<" or header == "duckdb.h":
                for pattern, folders in owners.items():
                    if fnmatch(header, pattern) and folder not in folders:
                        report.add(path, line, header, f"{header} belongs to src/{folders[0]} alone")
                if header.split("/")[0] in ("openssl", "curl") and not any(fnmatch(header, p) for p in owners):
                    report.add(path, line, header, f"{header} has no folder in cmake/layers.conf")
                continue
            target = header.split("/")[0]
            if "/" not in header:
                report.add(path, line, header, f'"{header}": name it from src, "{folder}/{header}"')
            elif target != folder and target not in above and header not in above:
                report.add(path, line, header, f"{folder} may not include {header} (cmake/layers.conf)")
    report.finish()


if __name__ == "__main__":
    main()
