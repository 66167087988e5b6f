# shellcheck shell=sh
# For ./dev and the scripts it calls: saying, installing, building. Sourced from the top of the tree.

POND_CACHE=${POND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pond}
export POND_CACHE
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

# shellcheck disable=SC2034 # for those who source this
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') red=$(printf '\033[31m') plain=$(printf '\033[0m')
else
    bold='' dim='' red='' plain=''
fi

say() { printf '%s\n' "$*"; }
note() { printf '%s%s%s\n' "$dim" "$*" "$plain"; }
die() {
    printf '%s%s%s\n' "$red" "$*" "$plain" >&2
    exit 1
}

# quietly WHAT COMMAND...: shows the command's output only when it fails.
quietly() {
    quietly_what=$1
    shift
    quietly_log=$(mktemp)
    if "$@" >"$quietly_log" 2>&1; then
        rm -f "$quietly_log"
    else
        printf '%s%s failed:%s\n' "$red" "$quietly_what" "$plain" >&2
        tail -n 40 "$quietly_log" >&2
        rm -f "$quietly_log"
        return 1
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

apt_install() { as_root apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"; }
apt_update() { as_root apt-get update -q -o DPkg::Lock::Timeout=600; }

# missing PACKAGE[:ARCH]...: those of them that are not installed.
missing() {
    missing_arch=$(dpkg --print-architecture)
    missing_have=$(dpkg-query -W -f '${db:Status-Status} ${Package}:${Architecture}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p' | tr '\n' ' ')
    for missing_one in "$@"; do
        case " $missing_have" in
        *" $missing_one "* | *" $missing_one:$missing_arch "* | *" $missing_one:all "*) ;;
        *) printf '%s ' "$missing_one" ;;
        esac
    done
}

# need PACKAGE...: installs the Debian packages that are missing.
need() {
    command -v dpkg-query >/dev/null || return 0 # not Debian: the compiler will say what it misses
    need_what=$(missing "$@")
    need_what=${need_what% }
    [ -n "$need_what" ] || return 0
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        die "missing, and here is neither root nor sudo: apt-get install $need_what"
    fi
    note "$([ "$(id -u)" = 0 ] || printf 'sudo ')apt-get install $need_what"
    case " $need_what" in
    *:arm64*) dpkg --print-foreign-architectures | grep -qx arm64 || need_arm64 ;;
    esac
    # shellcheck disable=SC2086
    if ! { set -- /var/lib/apt/lists/*_Packages* && [ -e "$1" ] && apt_install $need_what >/dev/null 2>&1; }; then
        quietly "apt-get update" apt_update && quietly "apt-get install $need_what" apt_install $need_what || exit 1
    fi
}

# need_commands FILE: of its lines "COMMAND PACKAGE..." the packages of those commands that are not there, from wherever they came.
need_commands() {
    need_packages=$(sed 's/#.*//' "$1" | while read -r need_command need_debian; do
        [ -z "$need_command" ] || command -v "$need_command" >/dev/null || printf '%s ' "$need_debian"
    done)
    # shellcheck disable=SC2086
    [ -z "$need_packages" ] || need $need_packages
}

need_arm64() {
    as_root dpkg --add-architecture arm64
    quietly "apt-get update" apt_update || exit 1
}

# venv NAME REQUIREMENTS-FILE: sets $venv to a Python environment of exactly those, kept in the cache. Two callers at once: the
# second finds the first one's.
venv() {
    venv=$POND_CACHE/venvs/$1-$(sha256sum "$2" | cut -c1-12)
    [ -e "$venv/done" ] && return
    need python3 python3-venv
    note "making a Python environment for $1"
    mkdir -p "$POND_CACHE/venvs"
    (
        flock 9
        [ -e "$venv/done" ] && exit
        rm -rf "$venv"
        if command -v uv >/dev/null; then
            quietly "uv venv" uv venv --quiet --python python3 "$venv" &&
                quietly "uv pip install -r $2" uv pip install --quiet --python "$venv/bin/python" -r "$2"
        else
            quietly "python3 -m venv" python3 -m venv "$venv" &&
                quietly "pip install -r $2" "$venv/bin/python" -m pip install --quiet -r "$2"
        fi && touch "$venv/done"
    ) 9>"$venv.lock" || exit 1
}

build_packages="cmake ninja-build pkg-config libc6-dev libsqlite3-dev libyaml-dev libssl-dev zlib1g-dev"

# What PRESET needs beyond the tree.
need_for() {
    # shellcheck disable=SC2086
    case $1 in
    release) need gcc make $build_packages ;; # make: gcc optimises the linked whole on all cores with it
    dev) need gcc libcmocka-dev $build_packages ;;
    asan | tsan) need gcc g++ libcmocka-dev $build_packages ;;
    clang) need clang libcmocka-dev $build_packages ;;
    fuzz) need clang libclang-rt-dev g++ $build_packages ;;
    arm64)
        need gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user libstdc++6:arm64 cmake ninja-build pkg-config libcmocka-dev:arm64 \
            libsqlite3-dev:arm64 libyaml-dev:arm64 libssl-dev:arm64 zlib1g-dev:arm64
        ;;
    *) die "no preset $1: dev asan tsan clang arm64 fuzz release" ;;
    esac
    if [ "$1" = arm64 ]; then need_duckdb arm64; else need_duckdb; fi
}

# npm and pip fetch the pinned DuckDB once; python3 is wanted only then.
need_duckdb() {
    [ -z "$(deps/fetch-duckdb.sh --cached "$@")" ] || return 0
    need python3 python3-venv ca-certificates
    deps/fetch-duckdb.sh "$@" >/dev/null
}

# Ninja's output on a terminal: one line that changes, and whatever is no progress. Fails when ninja did.
build_failed="ninja has failed"
build_progress() {
    progress_status=0
    while IFS= read -r progress_line; do
        case $progress_line in
        "$build_failed") progress_status=1 ;;
        "ninja: "* | '' | "-- "* | "FAILED: "* | ": && "* | /*/*" -D"*) ;;
        "$build_preset "[0-9]*/*) printf '\r\033[K%.78s' "$progress_line" ;;
        *) printf '\r\033[K%s\n' "$progress_line" ;;
        esac
    done
    printf '\r\033[K'
    return $progress_status
}

# build PRESET [TARGET...]: configures when needed; quiet unless something is wrong.
build() {
    build_preset=$1
    shift
    need_for "$build_preset"
    if [ ! -e "build/$build_preset/build.ninja" ]; then
        note "cmake --preset $build_preset && ninja -C build/$build_preset"
        build_log=$(mktemp)
        cmake --preset "$build_preset" >"$build_log" 2>&1 || {
            rm -rf "build/$build_preset"
            cat "$build_log"
            rm -f "$build_log"
            return 1
        }
        rm -f "$build_log"
    fi
    if [ -t 1 ]; then
        { (cd "build/$build_preset" && NINJA_STATUS="$build_preset %f/%t " ninja "$@" 2>&1) || echo "$build_failed"; } | build_progress
    elif build_log=$(cd "build/$build_preset" && ninja --quiet "$@" 2>&1); then
        printf '%s\n' "$build_log" | grep -v -e '^ninja: no work to do' -e '^$' -e '^-- ' || true
    else
        printf '%s\n' "$build_log" | grep -v -e '^/[^ ]*/[^ ]* -D' -e '^: && ' -e '^FAILED: ' -e '^ninja: build stopped' -e '^-- '
        return 1
    fi
}
