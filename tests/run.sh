#!/usr/bin/env bash
# Builds and runs all tests, and says at the end how many passed. Arguments go to the test program, for example:
#
#   bash tests/run.sh --filter-namespace OrleansBilling.Tests.Storage
#
# What is missing is installed on Debian and Ubuntu: PostgreSQL, Chromium, a Korean font. The tests get a PostgreSQL server of their own in a
# temporary directory, on a free port of the loopback address; only that one is stopped again.
#
#   CONFIGURATION                 Debug (default) or Release
#   ORLEANSBILLING_TEST_POSTGRES  use this server (a connection string of a role that may create databases) and start none
#   CHROMIUM_PATH                 use this browser
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly configuration=${CONFIGURATION:-Debug}
readonly project=tests/OrleansBilling.Tests
work=
server=

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
    start_postgres
  fi
  run_tests "$@"
}

need_dotnet() {
  command -v dotnet > /dev/null || fail "The .NET SDK 10 is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
  dotnet --version > /dev/null || fail "The .NET SDK that global.json asks for is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
}

# -- What the tests need beside .NET ------------------------------------------------------------------------------------------------------------

install_missing() {
  local missing=()
  if [ -z "${ORLEANSBILLING_TEST_POSTGRES:-}" ] && ! postgres_programs > /dev/null; then
    missing+=(postgresql)
  fi
  # Ubuntu's package of that name is a snap, which does not run in a container: there find_browser fetches one.
  if ! browser > /dev/null && ! is ubuntu; then
    missing+=(chromium)
  fi
  if ! korean_font; then
    missing+=(fontconfig fonts-noto-cjk)
  fi
  [ ${#missing[@]} -gt 0 ] || return 0

  if ! is debian && ! is ubuntu; then
    fail "Please install these first: ${missing[*]} (names of Debian's packages; the tests need initdb and pg_ctl, Chromium or Chrome, and a Korean font)."
  fi
  echo "Installing: ${missing[*]}"
  # No server of the system's own beside the private one, if this script is what brings PostgreSQL.
  local no_cluster=/etc/postgresql-common/createcluster.d/orleansbilling-tests.conf
  if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    as_root mkdir -p "$(dirname "$no_cluster")"
    echo "create_main_cluster = false" | as_root tee "$no_cluster" > /dev/null
  fi
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
  as_root rm -f "$no_cluster"
}

# The directory of initdb and pg_ctl. Debian keeps them out of the path, one directory for each version.
postgres_programs() {
  local place
  for place in "$(dirname "$(command -v initdb || echo /nowhere/initdb)")" $(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -rV); do
    if [ -x "$place/initdb" ] && [ -x "$place/pg_ctl" ]; then
      echo "$place"
      return
    fi
  done
  return 1
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

is() { grep -qsE "^(ID|ID_LIKE)=.*\b$1\b" /etc/os-release; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    fail "This needs root or sudo: $*"
  fi
}

# -- The private server -------------------------------------------------------------------------------------------------------------------------

start_postgres() {
  local programs try port
  programs=$(postgres_programs)
  server=$work/postgres
  # PostgreSQL refuses to run as root: there it runs as the user that its package made.
  mkdir "$server"
  chmod 755 "$work"
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$server"
  fi
  # Syncing stays on, as it is where the program runs. Everybody on this machine may connect: it holds nothing and lives for minutes.
  as_server "$programs/initdb" --pgdata="$server/data" --username=postgres --auth=trust --encoding=UTF8 --no-locale > "$work/initdb.log" 2>&1 \
    || fail "initdb failed: $(cat "$work/initdb.log")"
  for try in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 10000))
    if as_server "$programs/pg_ctl" start --wait --pgdata="$server/data" --log="$server/log" \
      --options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$server -c max_connections=300" > /dev/null; then
      export ORLEANSBILLING_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres"
      return
    fi
  done
  fail "PostgreSQL did not start: $(tail -n 20 "$server/log")"
}

# In a directory that the other user may enter.
as_server() (
  cd /
  if [ "$(id -u)" = 0 ]; then
    exec runuser -u postgres -- "$@"
  fi
  exec "$@"
)

# -- The run ------------------------------------------------------------------------------------------------------------------------------------

run_tests() {
  if [ "${1:-}" = -- ]; then
    shift
  fi
  local status=0
  DOTNET_CLI_UI_LANGUAGE=en dotnet test --project "$project" --configuration "$configuration" --no-build ${1+-- "$@"} 2>&1 | tee "$work/output" || status=$?

  # Out of the summary that the runner prints last. A skipped test proved nothing and counts as failed; so does a run that ended without a count.
  local passed failed skipped
  passed=$(count succeeded)
  failed=$(count failed)
  skipped=$(count skipped)
  failed=$((${failed:-0} + ${skipped:-0}))
  if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "${passed:-0}" = 0 ]; }; then
    echo "The run ended with code $status and ${passed:-no} passed tests: counted as a failure."
    failed=1
  fi
  echo "${passed:-0} passed, $failed failed"
  [ "$failed" = 0 ]
}

count() { sed -nE "s/^ +$1: ([0-9]+).*/\1/p" "$work/output" | tail -n 1; }

fail() {
  echo "$*" >&2
  exit 1
}

clean_up() {
  local status=$?
  if [ -n "$server" ] && [ -f "$server/data/postmaster.pid" ]; then
    as_server "$(postgres_programs)/pg_ctl" stop --wait --mode=immediate --pgdata="$server/data" > /dev/null || true
  fi
  rm -rf "$work"
  exit "$status"
}

main "$@"
