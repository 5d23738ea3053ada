# shellcheck shell=bash
# ./dev bench: measures what cancellations cost, beside JSON-2 and an empty request.

BENCH_MODULES=sale_management,sale_stock
BENCH_HOME=$REPO_DIR/devtools/bench
BENCH_PID=''

# bench_run ARGUMENTS...: writes docs/benchmark/results.md and docs/benchmark/results.svg.
bench_run() {
    local -a words=()
    install_lock
    odoo_ready
    python_venv "$DEV_DIR/bench" "installing the benchmark's packages" \
        "$REPO_DIR/devtools/requirements-bench.txt"
    marketplace_ready
    # Two at once would measure each other.
    exec 8>"$DEV_DIR/bench.lock"
    flock --nonblock 8 || die "another ./dev bench is at work"
    bench_make_template
    install_unlock

    ON_EXIT+=(bench_end)
    export MARKETPLACE_BENCH_ODOO MARKETPLACE_BENCH_SIMULATOR
    printf -v MARKETPLACE_BENCH_ODOO '%q ' "$ODOO_PYTHON" "$REPO_DIR/devtools/run_odoo.py"
    marketplace_command words
    printf -v MARKETPLACE_BENCH_SIMULATOR '%q ' "${words[@]}"
    # In the background, so that a signal to us is not kept waiting until it ends.
    MARKETPLACE_BENCH_CONF=$ODOO_CONF MARKETPLACE_BENCH_ADDONS=$(bench_addons) \
        MARKETPLACE_BENCH_TEMPLATE=$BENCH_TEMPLATE \
        MARKETPLACE_BENCH_PLAIN=$BENCH_PLAIN MARKETPLACE_BENCH_BARE=$BENCH_BARE \
        MARKETPLACE_BENCH_FILESTORE=$(odoo_filestore '') \
        MARKETPLACE_BENCH_LOG=$DEV_DIR/log/bench-odoo.log \
        MARKETPLACE_BENCH_RESULTS=$REPO_DIR/docs/benchmark \
        "$DEV_DIR/bench/bin/python" "$BENCH_HOME/run.py" "$@" 3>&- 8>&- &
    BENCH_PID=$!
    wait "$BENCH_PID"
    BENCH_PID=''
}

# The program ends its servers and drops its databases when it is told to end.
bench_end() {
    [[ -n $BENCH_PID ]] || return 0
    kill -TERM "$BENCH_PID" 2>/dev/null || true
    wait "$BENCH_PID" 2>/dev/null || true
    BENCH_PID=''
}

# The addons path of the configuration file, and the addon that only the bench needs.
bench_addons() {
    echo "$(sed -n 's/^addons_path = //p' "$ODOO_CONF"),$BENCH_HOME/addon"
}

# Sets BENCH_TEMPLATE to a database with the addon as it is now and what the bench needs, BENCH_PLAIN
# to one with the addon alone and BENCH_BARE to one without; drops those of earlier states. Only what
# the addon needs is in them: other addons would make cancelling dearer.
bench_make_template() {
    local digest database
    digest=$({
        echo "$BENCH_MODULES $(odoo_version_digest) $(odoo_addon_digest)"
        find "$BENCH_HOME/addon" -name '*.py' -print0 | LC_ALL=C sort -z | xargs -0 cat
    } | install_digest)
    BENCH_TEMPLATE=${DB_PREFIX}_bench_$digest
    BENCH_PLAIN=${BENCH_TEMPLATE}_plain
    BENCH_BARE=${BENCH_TEMPLATE}_bare
    for database in $(psql --dbname=postgres -At --command="
            SELECT datname FROM pg_database
             WHERE datname ~ '^${DB_PREFIX}_bench_'
               AND datname NOT IN ('$BENCH_TEMPLATE', '$BENCH_PLAIN', '$BENCH_BARE')"); do
        odoo_drop "$database"
    done
    if ! postgres_has_database "$BENCH_TEMPLATE"; then
        step bench-database "making the benchmark's databases (a minute or two, once)" \
            bench_build_templates
    fi
}

bench_build_templates() {
    local new=${BENCH_TEMPLATE}_new
    bench_install "" "$BENCH_BARE" "$BENCH_MODULES"
    bench_install "$BENCH_BARE" "$BENCH_PLAIN" "$ADDON"
    bench_install "$BENCH_PLAIN" "$new" marketplace_bench
    odoo_rename "$new" "$BENCH_TEMPLATE" # that it is there says that all are
}

# bench_install TEMPLATE DATABASE MODULES: makes DATABASE of TEMPLATE, if there is one, with MODULES.
bench_install() {
    odoo_drop "$2"
    if [[ -n $1 ]]; then
        odoo_copy "$1" "$2"
    fi
    odoo --config="$ODOO_CONF" --addons-path="$(bench_addons)" --database="$2" --init "$3" \
        --with-demo --stop-after-init --no-http --workers=0 --max-cron-threads=0
}
