#!/bin/sh
# ./dev fmt: lays out C as .clang-format says and sorts the imports of Python.
set -eu
# shellcheck source=tools/lib.sh
. tools/lib.sh
need clang-format python3 python3-venv git
venv lint tools/requirements.txt
git ls-files -co --exclude-standard -- '*.c' '*.h' | while read -r file; do [ -f "$file" ] && echo "$file"; done | xargs -r clang-format -i
"$venv/bin/ruff" check --quiet --fix --select I . || true
