#!/usr/bin/env bash
# A real PostgreSQL for tests, in a folder of its own, reached through a socket in that folder.
#
#   postgres.sh for-tests      start one for this test run; it ends when the run ends
#   postgres.sh start FOLDER   start one in FOLDER and print its address
#   postgres.sh stop FOLDER    end it and remove FOLDER
#
# PostgreSQL refuses to run as root, so as root it runs as Debian's `postgres` user. A missing PostgreSQL is a
# failure, never a skipped test.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -x "${bin:-}/initdb" ] || bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
if [ ! -x "$bin/initdb" ]; then
  echo "PostgreSQL is missing. Install it: apt-get install postgresql" >&2
  exit 1
fi

as_server() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --init-groups "$@"; else "$@"; fi
}

start() {
  local folder=$1
  mkdir -p "$folder"
  chmod 755 "$folder"
  if [ "$(id -u)" = 0 ]; then chown postgres:postgres "$folder"; fi
  cd "$folder"
  as_server "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1
  # Durability is tested on SQLite and by killing the server; here it would only make the run slow.
  as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 \
    -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=300 -c fsync=off -c full_page_writes=off" \
    start >"$folder/start.log" 2>&1 || { cat "$folder/server.log" >&2; exit 1; }
}

stop() {
  local folder=$1
  as_server "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}

address() { echo "postgres://postgres@localhost/postgres?host=$1"; }

case "${1:-}" in
for-tests)
  folder=$(mktemp -d /var/tmp/printkeep-postgres.XXXXXX)
  start "$folder"
  echo "PRINTKEEP_TEST_POSTGRES=$(address "$folder")" >>"$NEXTEST_ENV"
  # The run's own process is this script's parent; when it is gone, so is the server.
  (
    trap '' HUP INT
    while kill -0 "$PPID" 2>/dev/null; do sleep 1; done
    stop "$folder"
  ) >/dev/null 2>&1 </dev/null &
  disown
  ;;
start) start "$2" && address "$2" ;;
stop) stop "$2" ;;
*) sed -n '2,9p' "$0" >&2; exit 2 ;;
esac
