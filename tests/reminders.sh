#!/usr/bin/env bash
# Measures that subscriptions which are not due cost nothing: time until a silo is ready, and its resident memory, with few and with very many of them, on
# PostgreSQL. Prints one table; exit code 1 when a median of very many is more than a tenth above that of few. Not a test: the machine should be idle.
# About eight minutes and ten gigabytes of disk.
#
#   bash tests/reminders.sh [FEW MANY ROUNDS]     default 10000 1000000 5
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/postgres.sh

readonly project=tests/OrleansBilling.Tests

main() {
  prepare "$project" max_wal_size=8GB
  echo "$(nproc) cores, load $(cut -d ' ' -f 1-3 /proc/loadavg)"
  ORLEANSBILLING_TEST_POSTGRES=$postgres run_apart dotnet "$project/bin/Release/net10.0/OrleansBilling.Tests.dll" --measure-far-off "${1:-10000}" "${2:-1000000}" "${3:-5}"
}

clean_up() { end_apart; }

main "$@"
