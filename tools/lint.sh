#!/bin/sh
# ./dev lint [--all]: every check of the tree, one line each; what a check found follows its line. --all (CI) forgets what
# clang-tidy passed before.
set -eu
# shellcheck source=tools/lib.sh
. tools/lib.sh

need clang clang-tidy clang-format codespell shellcheck python3 python3-venv git
need_for clang
need_for dev
venv lint tools/requirements.txt

bad=0
most=50 # lines shown of what one check found
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# check NAME COMMAND...
check() {
    check_name=$1
    shift
    check_start=$(date +%s)
    if "$@" >"$log" 2>&1; then
        check_said=ok
    else
        bad=$((bad + 1))
        check_said=${red}failed$plain
    fi
    printf '  %-14s%s  %s s\n' "$check_name" "$check_said" "$(($(date +%s) - check_start))"
    [ "$check_said" = ok ] || {
        head -n "$most" "$log" | sed 's/^/    /'
        check_more=$(($(wc -l <"$log") - most))
        [ "$check_more" -le 0 ] || note "    ... and $check_more lines more"
    }
}

files() { git ls-files -co --exclude-standard -- "$@" | while read -r file; do [ -f "$file" ] && echo "$file"; done; }

layout() {
    layout_bad=$(files '*.c' '*.h' | xargs -r clang-format --dry-run 2>&1 | sed -n 's/:.*-Wclang-format-violations.*//p' | uniq)
    [ -z "$layout_bad" ] || { printf '%s\n' "$layout_bad" "./dev fmt lays them out" && return 1; }
}
# Not of tests: a wrong word is often what they are about.
spelling() {
    files | grep -v -e '^LICENSE$' -e '^fuzz/' -e '^tests/' | xargs -r codespell --ignore-words=tools/exceptions/codespell.txt
}
shell() {
    { files | grep -v '\.[a-z]*$' | xargs -r grep -lE '^#!/bin/(ba)?sh' && files '*.sh'; } | sort -u | xargs -r shellcheck -x
}
# Only configured, never built: clang-tidy reads the flags. Its own folder, so that a running build is not disturbed.
flags() {
    cmake --preset clang -B build/lint-clang
    cmake --preset dev -B build/lint-dev
}

check flags flags
check layout layout
check layers python3 tools/check_layers.py
check banned python3 tools/check_banned.py
check headers python3 tools/check_headers.py build/lint-dev/compile_commands.json
check spelling spelling
check shell shell
check python "$venv/bin/ruff" check --quiet --output-format concise .
check clang-tidy python3 tools/check_tidy.py build/lint-clang "$@"

python3 tools/size_report.py >"$log"
if [ -s "$log" ]; then
    note "long, think about splitting (advice):"
    sed 's/^/    /' "$log"
fi
if [ "$bad" != 0 ]; then die "lint: $bad checks failed"; fi
say "lint: ok"
