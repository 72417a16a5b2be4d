#!/usr/bin/env bash
# Builds and runs all tests, and says at the end how many passed. Arguments go to the test program, for example:
#
#   bash tests/run.sh --filter-namespace OrleansBilling.Tests.Storage
#
# With PROOFS=1 and no arguments, the proofs that are programs of their own run too, in a short form; each counts as one test. They take some minutes
# more, and want a machine that does nothing else.
#
# What is missing is installed on Debian and Ubuntu: PostgreSQL, Chromium, a Korean font. The tests get a PostgreSQL server of their own in a
# temporary directory, on a free port of the loopback address; only that one is stopped again.
#
#   PROOFS                        1: the simulation and its mutants, the chaos run and a short benchmark too
#   CONFIGURATION                 Debug (default) or Release
#   ORLEANSBILLING_TEST_POSTGRES  use this server (a connection string of a role that may create databases) and start none
#   CHROMIUM_PATH                 use this browser
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/postgres.sh

readonly configuration=${CONFIGURATION:-Debug}
readonly project=tests/OrleansBilling.Tests
work=
passed=0
failed=0

main() {
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  work=$(mktemp -d)

  need_dotnet
  install_missing
  dotnet build "$project" --configuration "$configuration" --verbosity quiet --nologo
  find_browser
  if [ -z "${ORLEANSBILLING_TEST_POSTGRES:-}" ]; then
    start_postgres "$work"
    export ORLEANSBILLING_TEST_POSTGRES=$postgres
  fi
  run_tests "$@"
  if [ $# = 0 ] && [ "${PROOFS:-0}" = 1 ]; then
    run_proofs
  fi
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}

# -- What the tests need beside .NET ------------------------------------------------------------------------------------------------------------

install_missing() {
  local missing=()
  if [ -z "${ORLEANSBILLING_TEST_POSTGRES:-}" ]; then
    install_postgres
  fi
  # Ubuntu's package of that name is a snap, which does not run in a container: there find_browser fetches one.
  if ! browser > /dev/null && ! is ubuntu; then
    missing+=(chromium)
  fi
  if ! korean_font; then
    missing+=(fontconfig fonts-noto-cjk)
  fi
  [ ${#missing[@]} -gt 0 ] || return 0

  install_packages "the tests need Chromium or Chrome, and a Korean font" "${missing[@]}"
}

browser() {
  if [ -n "${CHROMIUM_PATH:-}" ]; then
    echo "$CHROMIUM_PATH"
    return
  fi
  local name
  for name in chromium google-chrome-stable google-chrome chromium-browser; do
    # A snap is only a script that asks for snapd.
    if command -v "$name" > /dev/null && ! grep -qsI snap "$(command -v "$name")"; then
      command -v "$name"
      return
    fi
  done
  return 1
}

# After the build, because the browser driver that can fetch one comes with it.
find_browser() {
  if ! CHROMIUM_PATH=$(browser); then
    local driver
    driver=$(dirname "$(find "$project/bin/$configuration" -path '*/.playwright/package/cli.js' -print -quit)")/..
    echo "Fetching Chromium"
    "$(find "$driver/node" -name node -type f -print -quit)" "$driver/package/cli.js" install chromium > /dev/null
    as_root "$(find "$driver/node" -name node -type f -print -quit)" "$driver/package/cli.js" install-deps chromium > /dev/null
    CHROMIUM_PATH=$(find "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}" -path '*chrome-linux*/chrome' -type f -print -quit)
    [ -n "$CHROMIUM_PATH" ] || fail "No Chromium could be fetched. Install Chromium or Chrome, or set CHROMIUM_PATH to its program."
  fi
  export CHROMIUM_PATH
}

korean_font() { command -v fc-list > /dev/null && [ -n "$(fc-list :lang=ko)" ]; }

# -- The run ------------------------------------------------------------------------------------------------------------------------------------

run_tests() {
  if [ "${1:-}" = -- ]; then
    shift
  fi
  local status=0
  DOTNET_CLI_UI_LANGUAGE=en dotnet test --project "$project" --configuration "$configuration" --no-build ${1+-- "$@"} 2>&1 | tee "$work/output" || status=$?

  # Out of the summary that the runner prints last. A skipped test proved nothing and counts as failed; so does a run that ended without a count.
  local skipped
  passed=$(count succeeded)
  passed=${passed:-0}
  failed=$(count failed)
  skipped=$(count skipped)
  failed=$((${failed:-0} + ${skipped:-0}))
  if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "$passed" = 0 ]; }; then
    echo "The run ended with code $status and $passed passed tests: counted as a failure."
    failed=1
  fi
}

count() { sed -nE "s/^ +$1: ([0-9]+).*/\1/p" "$work/output" | tail -n 1; }

run_proofs() {
  local simulation=tests/OrleansBilling.Simulation
  dotnet build "$simulation" --configuration Release --verbosity quiet --nologo
  proof dotnet "$simulation/bin/Release/net10.0/OrleansBilling.Simulation.dll" --seeds 5000 --years 3
  proof dotnet "$simulation/bin/Release/net10.0/OrleansBilling.Simulation.dll" --all-mutants --seeds 500
  proof bash tests/chaos.sh --silos 3 --subscriptions 300 --minutes 0.75
  proof bash tests/bench.sh --quick --engines a,b
}

proof() {
  echo "Running: $*"
  if "$@"; then
    passed=$((passed + 1))
  else
    echo "Failed: $*"
    failed=$((failed + 1))
  fi
}

clean_up() {
  local status=$?
  stop_postgres
  rm -rf "$work"
  exit "$status"
}

main "$@"
