#!/usr/bin/env bash
# What a charge costs, beside the loops that somebody would write instead: charges a second, CPU of the engine and of PostgreSQL, WAL, commits, lateness,
# memory. One table for each number in flight; exit code 1 when the provider's ledger shows a double or a missing charge.
#
#   bash tests/bench.sh                     about twenty minutes on two idle cores
#   bash tests/bench.sh --quick             one short round
#   bash tests/bench.sh --csv waves.csv     also every single run
#
# The others (--rounds, --due, --warm, --in-flight, --latency, --lead, --engines, --allocations): any wrong one prints what they mean. PostgreSQL is
# installed where it is missing (Debian, Ubuntu) and gets a server of its own; the simulator and the engines are processes of their own. What the figures
# mean and how they came about: docs/performance.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/postgres.sh

readonly project=tests/OrleansBilling.Benchmarks

main() {
  prepare "$project"
  ORLEANSBILLING_BENCH_POSTGRES=$postgres run_apart dotnet "$project/bin/Release/net10.0/OrleansBilling.Benchmarks.dll" waves "$@"
}

clean_up() { end_apart; }

main "$@"
