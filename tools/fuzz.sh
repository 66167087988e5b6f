#!/bin/sh
# ./dev fuzz [NAME] [SECONDS]: runs fuzz/fuzz_NAME.c (or all) under libFuzzer for SECONDS each (60), beginning with fuzz/corpus/NAME.
# New inputs stay in build/fuzz/corpus (resumable); a crash becomes fuzz/crashes/NAME/..., which ./dev test replays from then on.
set -eu
# shellcheck source=tools/lib.sh
. tools/lib.sh

name=
seconds=60
for word in "$@"; do
    case $word in
    *[!0-9]*) name=$word ;;
    *) seconds=$word ;;
    esac
done

set -- fuzz/fuzz_*.c
if [ -n "$name" ]; then
    [ -e "fuzz/fuzz_$name.c" ] || die "no target $name:$(printf ' %s' "$@" | sed 's,fuzz/fuzz_\([^ ]*\)\.c,\1,g')"
    set -- "fuzz/fuzz_$name.c"
fi
build fuzz
export LSAN_OPTIONS="suppressions=$PWD/tools/exceptions/fuzz_leaks.txt:print_suppressions=0"

bad=0
for source in "$@"; do
    target=$(basename "$source" .c)
    target_name=${target#fuzz_}
    work=build/fuzz/corpus/$target_name
    crashes=fuzz/crashes/$target_name
    mkdir -p "$work" "$crashes" "fuzz/corpus/$target_name"
    dictionary=fuzz/$target_name.dict
    log=build/fuzz/$target_name.log
    if build/fuzz/bin/"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$crashes/" ${dictionary:+$([ -e "$dictionary" ] && echo "-dict=$dictionary")} \
        "$work" "fuzz/corpus/$target_name" >"$log" 2>&1; then
        said=ok
    else
        said=${red}crashed$plain
        bad=1
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '  %-16s%s  %s runs in %s s\n' "$target_name" "$said" "${runs:-0}" "$seconds"
    [ "$said" = ok ] || tail -n 40 "$log" | sed 's/^/    /'
    rmdir "$crashes" "fuzz/corpus/$target_name" fuzz/crashes fuzz/corpus 2>/dev/null || true
done
exit $bad
