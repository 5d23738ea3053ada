# shellcheck shell=bash
# PostgreSQL: a server that runs already and lets us create databases, or else a
# private one which listens on a socket only.

PG_MIN_VERSION=13
PG_HOME_LINK=$DEV_DIR/postgres

# postgres_ready: afterwards psql, createdb, ... are on PATH, and PGHOST, PGPORT
# and PGUSER name a server where they work.
postgres_ready() {
    postgres_find_programs
    if [[ ! -e $PG_HOME_LINK/data/PG_VERSION ]] && postgres_find_server; then
        return
    fi
    postgres_make_home
    postgres_start
}

# The machine's programs if it has them, or else Debian's, unpacked.
postgres_find_programs() {
    local bin version
    for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        version=$(basename "$(dirname "$bin")")
        if [[ -x $bin/initdb && -x $bin/psql ]] && ((${version%%.*} >= PG_MIN_VERSION)); then
            PATH=$bin:$PATH
            return
        fi
    done
    postgres_make_home
    install_once "$(postgres_home)/programs" 1 "downloading PostgreSQL from Debian" postgres_unpack
    debian_use_libraries "$(postgres_home)/programs"
    for bin in "$(postgres_home)"/programs/usr/lib/postgresql/*/bin; do
        PATH=$bin:$PATH
    done
}

postgres_unpack() {
    local folder=$1 packages
    debian_update_machine
    packages=$(debian_closure postgresql 'postgresql(-client)?-[0-9]+')
    # shellcheck disable=SC2086 # one name a line, none with blanks
    debian_unpack machine "$folder" $packages
    chmod 755 "$folder"
}

# Is there a server where this user may create databases? Odoo refuses the role
# `postgres`, so that one does not count.
postgres_find_server() {
    local found
    found=$(PGCONNECT_TIMEOUT=5 psql --no-psqlrc --no-password --dbname=postgres -At 2>/dev/null <<EOF
\set ok false
SELECT rolname <> 'postgres' AND (rolcreatedb OR rolsuper)
       AND current_setting('server_version_num')::int >= ${PG_MIN_VERSION}0000 AS ok
  FROM pg_roles WHERE rolname = current_user \gset
\if :ok
\echo PGHOST=:HOST PGPORT=:PORT PGUSER=:USER
\endif
EOF
    ) || return 1
    [[ $found == PGHOST=* ]] || return 1
    local assignment
    for assignment in $found; do
        export "${assignment?}"
    done
}

# PostgreSQL refuses to run as root: the private server then runs as nobody.
postgres_as_owner() {
    if ((EUID == 0)); then
        # It may not enter the current folder.
        env --chdir=/ setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
    else
        "$@"
    fi
}

postgres_home() {
    realpath "$PG_HOME_LINK"
}

# The private server's folder is .dev/postgres, which is a link to a folder in
# /var/tmp where its owner (see above) cannot reach .dev, as in root's home.
postgres_make_home() {
    local folder=$PG_HOME_LINK
    [[ ! -d $PG_HOME_LINK ]] || return 0
    rm -f "$PG_HOME_LINK"
    if postgres_as_owner test -x "$DEV_DIR"; then
        mkdir "$folder"
    else
        folder=$(mktemp -d /var/tmp/odoo-dev.XXXXXX)
        ln -s "$folder" "$PG_HOME_LINK"
    fi
    if ((EUID == 0)); then
        chown nobody:nogroup "$folder"
    fi
    chmod 700 "$folder"
}

# A socket's path is at most 107 bytes long, so its folder is not below .dev. It
# is private to the server's owner (and root): hence `trust` in pg_hba.conf.
postgres_socket_folder() {
    local folder link=$DEV_DIR/postgres-socket
    if [[ ! -d $link ]]; then
        rm -f "$link"
        folder=$(postgres_as_owner mktemp -d /tmp/odoo-dev.XXXXXX)
        ln -s "$folder" "$link"
    fi
    realpath "$link"
}

postgres_start() {
    local home data made_by
    home=$(postgres_home)
    data=$home/data
    if [[ ! -e $data/PG_VERSION ]]; then
        step postgres-init "creating a PostgreSQL server of our own" postgres_init "$data"
    fi
    made_by=$(<"$data/PG_VERSION")
    if [[ $(pg_ctl --version) != *" $made_by."* ]]; then
        die "the databases in $data are PostgreSQL $made_by's, here is $(pg_ctl --version):" \
            "remove that folder to begin anew"
    fi
    PGHOST=$(postgres_socket_folder)
    PGPORT=5432
    PGUSER=odoo
    export PGHOST PGPORT PGUSER
    if ! postgres_runs || [[ ! -S $PGHOST/.s.PGSQL.$PGPORT ]]; then
        step postgres-start "starting PostgreSQL" postgres_launch "$home"
    fi
}

postgres_runs() {
    postgres_as_owner pg_ctl status --pgdata="$(postgres_home)/data" >/dev/null
}

# `restart` starts it as well, and helps where it runs without its socket, which
# somebody has cleaned away. Descriptors 3 and 9 are closed: it outlives us.
postgres_launch() {
    postgres_as_owner pg_ctl restart --wait --pgdata="$1/data" --log="$1/server.log" \
        --options="-c unix_socket_directories=$PGHOST" 3>&- 9>&-
}

# postgres_init DATA: durability is off, these databases can be made again.
postgres_init() {
    local data=$1
    rm -rf "$data.new"
    postgres_as_owner initdb --pgdata="$data.new" --username=odoo --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync
    postgres_as_owner tee -a "$data.new/postgresql.conf" <<EOF
listen_addresses = ''
max_connections = 200
fsync = off
full_page_writes = off
synchronous_commit = off
jit = off
EOF
    mv "$data.new" "$data"
}

# Stops the private server unless somebody is connected to it. Nobody is where we
# cannot connect either.
postgres_stop() {
    local others
    [[ -e $PG_HOME_LINK/data/postmaster.pid ]] || return 0
    postgres_find_programs
    postgres_runs || return 0
    PGHOST=$(postgres_socket_folder)
    others=$(psql --host="$PGHOST" --username=odoo --dbname=postgres -At 2>/dev/null --command="
        SELECT count(*) FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" || echo 0)
    if ((others == 0)); then
        step postgres-stop "stopping PostgreSQL" \
            postgres_as_owner pg_ctl stop --pgdata="$(postgres_home)/data" --mode=fast
    else
        echo "PostgreSQL goes on: it is in use" >&3
    fi
}

# Removes what lies outside of .dev.
postgres_remove() {
    local link
    if [[ -e $PG_HOME_LINK/data/postmaster.pid ]] && postgres_runs; then
        die "PostgreSQL is in use: nothing was removed"
    fi
    for link in "$PG_HOME_LINK" "$DEV_DIR/postgres-socket"; do
        [[ ! -d $link ]] || rm -rf "$(realpath "$link")"
    done
}

postgres_has_database() {
    [[ $(psql --dbname=postgres -At --command="
        SELECT 1 FROM pg_database WHERE datname = '$1'") == 1 ]]
}
