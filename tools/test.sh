#!/bin/sh
# ./dev test [PART] [ARGS]: installs what the part needs, then tools/test.py does it.
set -eu
# shellcheck source=tools/lib.sh
. tools/lib.sh

parts='all fast unit e2e served clients asan tsan clang arm64 replay'
part=all
case " $parts " in
*" ${1:-all} "*)
    part=${1:-all}
    [ $# -eq 0 ] || shift
    ;;
*)
    case $1 in
    -h | --help | help) say "./dev test [PART] [ARGS]; PART: $parts; ARGS: for pytest, or folders of src (test unit base)" && exit ;;
    -*) ;; # for pytest
    *) [ -e "${1%%::*}" ] || die "no part $1: $parts" ;;
    esac
    ;;
esac

need python3 python3-venv
case $part in
all) presets='dev asan tsan clang arm64' ;;
unit | e2e | served | clients | fast) presets=dev ;;
replay) presets=asan ;;
*) presets=$part ;;
esac
for preset in $presets; do need_for "$preset"; done
case $part in
all | e2e | served | clients | asan | fast)
    packages=$(sed 's/#.*//' tests/packages.txt | tr '\n' ' ')
    # shellcheck disable=SC2086
    need $packages
    ;;
esac
case $part in
clients) need_commands tests/clients/packages.txt ;;
esac
venv tests tests/requirements.txt
exec "$venv/bin/python" tools/test.py "$part" "$@"
