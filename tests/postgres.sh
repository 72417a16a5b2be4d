# A private PostgreSQL server for the scripts beside this one, which source it: in a directory of its own, on a free port of the loopback address.
#
#   install_postgres           installs what is missing, on Debian and Ubuntu
#   start_postgres DIR         starts a server in DIR/postgres and sets $postgres to its connection string (Npgsql's form); more settings of the
#                              server may follow, such as shared_buffers=256MB
#   psql_server DATABASE …     psql on that server
#   restart_postgres MODE      stops it (smart, fast or immediate) and starts it again on the same port
#   stop_postgres              stops it if it runs; for the trap at the end
#
# For scripts that build one program and run it beside such a server:
#
#   prepare PROJECT [SETTING…]  a directory ($work), the program (Release) and the server; whatever ends the script, its function clean_up is called
#   run_apart COMMAND…          in a session of its own, so that its processes end with it, and returns as it ends
#   end_apart                   ends that session, the server and the directory; the body of a simple clean_up

work=
apart=
postgres=
server=
server_port=
server_options=

install_postgres() {
  postgres_programs > /dev/null || install_packages "initdb and pg_ctl are needed" postgresql
}

start_postgres() {
  local work=$1 setting try
  shift
  server=$work/postgres
  # PostgreSQL refuses to run as root: there it runs as the user that its package made.
  mkdir "$server"
  chmod 755 "$work"
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$server"
  fi
  # Syncing stays on, as it is where the program runs. Everybody on this machine may connect: it holds nothing and lives for minutes.
  as_server "$(postgres_programs)/initdb" --pgdata="$server/data" --username=postgres --auth=trust --encoding=UTF8 --no-locale > "$work/initdb.log" 2>&1 \
    || fail "initdb failed: $(cat "$work/initdb.log")"
  for try in 1 2 3 4 5; do
    server_port=$((20000 + RANDOM % 10000))
    server_options="-p $server_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$server -c max_connections=300"
    for setting in "$@"; do
      server_options+=" -c $setting"
    done
    if run_postgres; then
      postgres="Host=127.0.0.1;Port=$server_port;Username=postgres;Database=postgres"
      return
    fi
  done
  fail "PostgreSQL did not start: $(tail -n 20 "$server/log")"
}

restart_postgres() {
  as_server "$(postgres_programs)/pg_ctl" stop --wait --mode="$1" --pgdata="$server/data" > /dev/null
  run_postgres || fail "PostgreSQL did not start again: $(tail -n 20 "$server/log")"
}

stop_postgres() {
  if [ -n "$server" ] && [ -f "$server/data/postmaster.pid" ]; then
    as_server "$(postgres_programs)/pg_ctl" stop --wait --mode=immediate --pgdata="$server/data" > /dev/null || true
  fi
}

psql_server() {
  local database=$1
  shift
  "$(psql_program)" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --host=127.0.0.1 --port="$server_port" --username=postgres --dbname="$database" "$@"
}

# Not always beside initdb: some packages put it where everybody finds it.
psql_program() { command -v "$(postgres_programs)/psql" || command -v psql || fail "psql is missing: install PostgreSQL's client."; }

run_postgres() {
  as_server "$(postgres_programs)/pg_ctl" start --wait --pgdata="$server/data" --log="$server/log" --options="$server_options" > /dev/null
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

# In a directory that the other user may enter.
as_server() (
  cd /
  if [ "$(id -u)" = 0 ]; then
    exec runuser -u postgres -- "$@"
  fi
  exec "$@"
)

prepare() {
  local built=$1
  shift
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  work=$(mktemp -d)
  need_dotnet
  install_postgres
  dotnet build "$built" --configuration Release --verbosity quiet --nologo
  start_postgres "$work" "$@"
}

run_apart() {
  setsid "$@" &
  apart=$!
  wait "$apart"
}

end_apart() {
  local status=${1:-$?}
  if [ -n "$apart" ]; then
    kill -KILL -- "-$apart" 2> /dev/null || true
  fi
  stop_postgres
  rm -rf "$work"
  exit "$status"
}

# -- What the scripts share beside it -----------------------------------------------------------------------------------------------------------

# The first argument says what the packages are for, where they cannot be installed from here.
install_packages() {
  local why=$1
  shift
  if ! is debian && ! is ubuntu; then
    fail "Please install these first: $* (names of Debian's packages; $why)."
  fi
  echo "Installing: $*"
  # No server of the system's own beside the private one, if this is what brings PostgreSQL.
  local no_cluster=/etc/postgresql-common/createcluster.d/orleansbilling-tests.conf
  if [[ " $* " == *" postgresql "* ]]; then
    as_root mkdir -p "$(dirname "$no_cluster")"
    echo "create_main_cluster = false" | as_root tee "$no_cluster" > /dev/null
  fi
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
  as_root rm -f "$no_cluster"
}

need_dotnet() {
  command -v dotnet > /dev/null || fail "The .NET SDK 10 is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
  dotnet --version > /dev/null || fail "The .NET SDK that global.json asks for is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
}

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

fail() {
  echo "$*" >&2
  exit 1
}
