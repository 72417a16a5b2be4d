#!/usr/bin/env bash
# Kills, stops, cuts and restarts real processes while subscriptions renew, and then asks the provider's ledger what became of each period:
#
#   bash tests/chaos.sh --silos 3 --subscriptions 3000 --minutes 3
#
#   --silos N           silo processes, each with its site (default 3)
#   --subscriptions N   sold before the faults begin (default 3000)
#   --minutes N         length of the faulty phase (default 3)
#   --seed N            of the schedule; default: another one each time, printed first
#   --waits-divided-by N  all waits of the charge protocol and of reminders (default 30)
#
#   KEEP_LOGS=1         keep the logs of a good run too
#
# The last line is "subscriptions=… due=… charged=… double=0 missed=0 unknown=0"; the exit code is 1 when it is another, or when the two books differ.
# The logs of such a run stay where the last lines say. Everything runs in a temporary directory, on free ports of the loopback address, and only
# what was started here is stopped again. What is injected and what the figures mean: docs/chaos.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/postgres.sh

readonly project=tests/OrleansBilling.Chaos
driver=

main() {
  prepare "$project"
  write_restart
  # In the background, so that a signal is heard while it runs.
  dotnet "$project/bin/Release/net10.0/OrleansBilling.Chaos.dll" "$@" --postgres "$postgres" --restart-postgres "$work/restart-postgres" --work "$work" &
  driver=$!
  wait "$driver"
}

# What the driver calls to restart the server of this script.
write_restart() {
  cat > "$work/restart-postgres" << EOF
#!/usr/bin/env bash
set -euo pipefail
cd "$PWD"
source tests/postgres.sh
server=$server
server_port=$server_port
server_options="$server_options"
restart_postgres "\$1" > /dev/null
EOF
  chmod +x "$work/restart-postgres"
}

clean_up() {
  local status=$?
  trap - EXIT
  if [ -n "$driver" ]; then
    kill "$driver" 2> /dev/null || true
    wait "$driver" 2> /dev/null || true
  fi
  end_programs
  stop_postgres
  if [ ! -f "$work/pids" ] || { [ "$status" = 0 ] && [ -z "${KEEP_LOGS:-}" ]; }; then
    rm -rf "$work"
  else
    echo "Logs of this run: $work" >&2
  fi
  exit "$status"
}

# Those that the driver started and could not end itself. A number that somebody else has by now does not name our directory.
end_programs() {
  [ -n "$work" ] && [ -f "$work/pids" ] || return 0
  local pid
  while read -r pid; do
    if ps -o args= -p "$pid" 2> /dev/null | grep -qF "$work"; then
      kill -KILL "$pid" 2> /dev/null || true
    fi
  done < "$work/pids"
}

main "$@"
