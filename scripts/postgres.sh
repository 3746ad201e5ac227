#!/usr/bin/env bash
# A throw-away PostgreSQL for tests and measurements: nobody's data, gone when it stops.
#
#   scripts/postgres.sh start                  start it (or find it running) and print its TEST_DATABASE_URL
#   scripts/postgres.sh stop                   stop it and remove its files
#   scripts/postgres.sh run COMMAND …          the command with TEST_DATABASE_URL set; stopped afterwards
#   scripts/postgres.sh run-if-possible COMMAND …   the same, and without PostgreSQL the command alone
#
# A TEST_DATABASE_URL that is set already is left as it is. Exit code 3: no PostgreSQL on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

# One for each copy of the project; the path of a socket may not be longer than some hundred letters.
place="${TMPDIR:-/tmp}/vsportal-postgres-$(id -u)-$(pwd | cksum | cut -d' ' -f1)"
url="postgresql+psycopg://postgres@/vsportal_test?host=$place"

find_programs() {
  programs="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)"
  if [ ! -x "$programs/initdb" ]; then
    programs="$(dirname "$(command -v initdb || echo /none/initdb)")"
  fi
  if [ ! -x "$programs/initdb" ]; then
    echo "PostgreSQL is not on this machine: install the package postgresql." >&2
    exit 3
  fi
}

# PostgreSQL refuses to run as root: then it runs as the user that its package made.
as_owner() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

running() {
  [ -f "$place/data/postmaster.pid" ] && as_owner "$programs/pg_ctl" status -D "$place/data" >/dev/null 2>&1
}

start() {
  find_programs
  if ! running; then
    rm -rf "$place"
    mkdir -m 700 "$place"
    if [ "$(id -u)" = 0 ]; then chown postgres "$place"; fi
    (
      cd "$place"
      as_owner "$programs/initdb" --pgdata=data --username=postgres --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
      # No network, and no care for a power cut: it only has to be quick.
      as_owner "$programs/pg_ctl" start --pgdata=data --wait --silent --log=log --options="-c listen_addresses='' \
        -c unix_socket_directories=$place -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c max_connections=100" >/dev/null
      as_owner "$programs/createdb" --host="$place" --username=postgres vsportal_test
    ) </dev/null >&2 || { cat "$place/log" >&2 || true; echo "PostgreSQL did not start." >&2; exit 1; }
  fi
}

stop() {
  find_programs
  if running; then as_owner "$programs/pg_ctl" stop --pgdata="$place/data" --mode=immediate --silent >/dev/null; fi
  rm -rf "$place"
}

run() {
  if [ -n "${TEST_DATABASE_URL:-}" ]; then exec "$@"; fi
  find_programs
  if running; then TEST_DATABASE_URL="$url" exec "$@"; fi
  start
  trap stop EXIT
  TEST_DATABASE_URL="$url" "$@"
}

case "${1:-}" in
  start)
    if [ -z "${TEST_DATABASE_URL:-}" ]; then start; fi
    echo "${TEST_DATABASE_URL:-$url}"
    ;;
  stop) stop ;;
  run) shift; run "$@" ;;
  run-if-possible)
    shift
    if [ -n "${TEST_DATABASE_URL:-}" ] || (find_programs) 2>/dev/null; then run "$@"; else exec env -u TEST_DATABASE_URL "$@"; fi
    ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
