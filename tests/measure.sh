#!/usr/bin/env bash
# Measures the program as it is shipped (Release, published): how long it takes from its start to the first page, and what one renewal costs.
# Not a test: the figures depend on the machine, which should be idle. Prints its load first.
#
#   bash tests/measure.sh                        start and renewals
#   bash tests/measure.sh wave [SUBSCRIPTIONS]   by how much a wave (default 100000 due at one instant) raises a silo's resident memory, on PostgreSQL; about
#                                                four minutes; exit code 1 above 400 MB
#
#   RUNS      starts of each kind (default 5)
#   RENEWALS  subscriptions that renew at once, on each engine (default 500)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/postgres.sh

readonly runs=${RUNS:-5}
program=

main() {
  if [ "${1:-}" = wave ]; then
    shift
    wave "$@"
    return
  fi
  trap clean_up EXIT
  work=$(mktemp -d)
  echo "$(nproc) cores, load $(cut -d ' ' -f 1-3 /proc/loadavg)"

  dotnet publish src/OrleansBilling --configuration Release --output "$work/site" --verbosity quiet --nologo
  echo "first page, new data directory:  $(median new)"
  echo "first page, used data directory: $(median used)"

  dotnet build tests/OrleansBilling.Tests --configuration Release --verbosity quiet --nologo
  dotnet tests/OrleansBilling.Tests/bin/Release/net10.0/OrleansBilling.Tests.dll --measure "${RENEWALS:-500}"
}

wave() {
  prepare tests/OrleansBilling.Benchmarks max_wal_size=8GB
  echo "$(nproc) cores, load $(cut -d ' ' -f 1-3 /proc/loadavg)"
  ORLEANSBILLING_BENCH_POSTGRES=$postgres run_apart dotnet tests/OrleansBilling.Benchmarks/bin/Release/net10.0/OrleansBilling.Benchmarks.dll wave-memory "$@"
}

# Milliseconds of each start, and the median of them.
median() {
  local run all=()
  if [ "$1" = used ]; then
    first_page "$work/used" > "$work/ms"
  fi
  for ((run = 1; run <= runs; run++)); do
    first_page "$work/$([ "$1" = used ] && echo used || echo "new-$run")" > "$work/ms"
    all+=("$(cat "$work/ms")")
  done
  echo "$(printf '%s\n' "${all[@]}" | sort -n | sed -n "$(((runs + 1) / 2))p") ms (${all[*]})"
}

# From the start of the process to the last byte of the first page.
first_page() {
  local port begun
  port=$((20000 + RANDOM % 10000))
  begun=$(date +%s%N)
  # From its own directory, where its settings and pages are.
  (cd "$work/site" && exec dotnet OrleansBilling.dll --Urls="http://127.0.0.1:$port" --Storage:DataDirectory="$1" --TossSimulator:Urls=http://127.0.0.1:0) > "$work/log" 2>&1 &
  program=$!
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/"; do
    kill -0 "$program" 2> /dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.02
  done
  echo $((($(date +%s%N) - begun) / 1000000))
  kill -TERM "$program"
  wait "$program" || true
  program=
}

clean_up() {
  local status=$?
  if [ -n "$program" ]; then
    kill -KILL "$program" 2> /dev/null || true
  fi
  end_apart "$status"
}

main "$@"
