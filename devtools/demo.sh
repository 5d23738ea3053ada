# shellcheck shell=bash
# ./dev demo, stop, clean, shell and psql: an Odoo with demo data for a person to try.

DEMO_MODULES=sale_management,sale_stock
DEMO_DATABASE=${DB_PREFIX}_demo
DEMO_PORT=${DEV_PORT:-8069}
DEMO_INFO=$DEV_DIR/demo.json             # there while the demo is being served
DEMO_KEYS=$DEV_DIR/demo-credentials.json # of the account `demo`, as long as its database
DEMO_ADDRESS=http://127.0.0.1:$DEMO_PORT
DEMO_MARKETPLACE=http://127.0.0.1:$((DEMO_PORT + 2))
DEMO_OUTBOUND_KEY=demo-seller            # with which the demo account calls the marketplace

demo_demo() {
    local argument fresh='' detach='' marketplace=''
    for argument in "$@"; do
        case $argument in
            --fresh) fresh=1 ;;
            --detach) detach=1 ;;
            --marketplace) marketplace=1 ;;
            *) usage_error "demo: unknown argument '$argument'" ;;
        esac
    done
    if [[ ! $DEMO_PORT =~ ^[0-9]{1,5}$ ]] || ((DEMO_PORT < 1 || DEMO_PORT > 65533)); then
        usage_error "DEV_PORT=$DEMO_PORT is no port (1 to 65533)"
    fi

    install_lock
    odoo_ready
    if demo_find_server; then
        if [[ -n $fresh || $(odoo_comment "$DEMO_DATABASE") != "$(demo_origin)" ]]; then
            die "an older demo is being served (pid $DEMO_PID): ./dev stop ends it"
        fi
        if [[ -n $marketplace ]] && ! demo_find_marketplace; then
            die "the demo is being served without the marketplace: ./dev stop ends it"
        fi
        demo_info show "$DEMO_INFO"
        return
    fi
    demo_info check-port "$DEMO_PORT"
    demo_make_database "$fresh"
    DEMO_PID=''
    ON_EXIT+=(demo_end marketplace_end)
    if [[ -n $marketplace ]]; then
        demo_info check-port "$((DEMO_PORT + 2))"
        marketplace_ready
        DEMO_SECRET=$(demo_info secret)
        step demo-connect "connecting the demo account with it" demo_connect
        step marketplace "starting the marketplace" demo_serve_marketplace
    fi
    step demo "starting Odoo" demo_serve
    demo_info write "$DEMO_INFO" "$DEMO_KEYS" "$DEMO_ADDRESS" "$DEMO_DATABASE" "$DEMO_PID" \
        "${marketplace:+$DEMO_MARKETPLACE}" "$MARKETPLACE_PID"
    demo_info show "$DEMO_INFO"
    install_unlock
    if [[ -n $detach ]]; then
        DEMO_PID='' MARKETPLACE_PID='' # not to be ended with us
        echo "./dev stop ends it. Its log: $DEV_DIR/log/demo.log"
        return
    fi
    echo "Ctrl-C ends it. Its log: $DEV_DIR/log/demo.log"
    wait "$DEMO_PID" || die "Odoo has ended unexpectedly, see $DEV_DIR/log/demo.log"
}

demo_info() {
    "$ODOO_PYTHON" "$REPO_DIR/devtools/demo_info.py" "$@" 2>&3
}

# What the demo database is made from; kept as the comment on the database.
demo_origin() {
    echo "$(odoo_version_digest) $(odoo_addon_digest)"
}

# Makes the database, or brings it up to date with the addon's code.
demo_make_database() {
    local fresh=$1 origin found
    origin=$(demo_origin)
    found=$(odoo_comment "$DEMO_DATABASE")
    if [[ -n $fresh || ${found% *} != "${origin% *}" ]]; then
        rm -f "$DEMO_KEYS"
        step demo-database "making the demo database (a minute or two, once)" \
            demo_build_database "$origin"
    elif [[ $found != "$origin" ]]; then
        step demo-database "updating the addon in the demo database" \
            demo_update_database "$origin"
    fi
    if [[ ! -f $DEMO_KEYS ]]; then
        step demo-keys "generating the credential of the account demo" demo_generate_keys
    fi
}

demo_build_database() {
    local new=${DEMO_DATABASE}_new
    odoo_drop "$new"
    odoo_modules "$new" --init "$DEMO_MODULES,$ADDON"
    # the shell ends well even when what it was fed does not
    odoo shell --config="$ODOO_CONF" --database="$new" --no-http \
        <"$REPO_DIR/devtools/demo_two_steps.py" | tee /dev/stderr | grep -q '^two steps$'
    odoo_drop "$DEMO_DATABASE"
    odoo_rename "$new" "$DEMO_DATABASE"
    odoo_set_comment "$DEMO_DATABASE" "$1"
}

demo_update_database() {
    odoo_modules "$DEMO_DATABASE" --update "$ADDON"
    odoo_set_comment "$DEMO_DATABASE" "$1"
}

demo_generate_keys() {
    DEMO_KEYS=$DEMO_KEYS odoo shell --config="$ODOO_CONF" --database="$DEMO_DATABASE" --no-http \
        <"$REPO_DIR/devtools/demo_credentials.py"
    [[ -f $DEMO_KEYS ]] # the shell ends well even when what it was fed does not
}

# Tells the account `demo` where its marketplace takes calls.
demo_connect() {
    DEMO_SERVICES=$DEMO_MARKETPLACE/api/oms DEMO_OUTBOUND_KEY=$DEMO_OUTBOUND_KEY \
        DEMO_SECRET=$DEMO_SECRET \
        odoo shell --config="$ODOO_CONF" --database="$DEMO_DATABASE" --no-http \
        <"$REPO_DIR/devtools/demo_connect.py" | tee /dev/stderr | grep -q '^connected$'
}

# The marketplace that calls, and is called by, the account `demo`.
demo_serve_marketplace() {
    local -a keys
    mapfile -t keys < <(demo_info keys "$DEMO_KEYS")
    marketplace_serve "$((DEMO_PORT + 2))" --seller-url "$DEMO_ADDRESS/marketplace/${keys[0]}" \
        --seller-key="${keys[1]}" --seller-token="${keys[2]}" \
        --app-key "$DEMO_OUTBOUND_KEY" --app-token "$DEMO_SECRET"
}

# Starts the server and waits until it answers, or has ended. It gets a session of its own, since
# it may outlive the terminal. Its threads answer websockets at the same address; workers would want
# a proxy before them, and without one every page says that it has lost its connection.
demo_serve() {
    local deadline=$((SECONDS + 300))
    setsid "$ODOO_PYTHON" "$REPO_DIR/devtools/run_odoo.py" \
        --config="$ODOO_CONF" --database="$DEMO_DATABASE" --db-filter="^$DEMO_DATABASE\$" \
        --http-port="$DEMO_PORT" --workers=0 --max-cron-threads=1 3>&- 9>&- &
    DEMO_PID=$!
    until demo_info answers "$DEMO_PORT"; do
        kill -0 "$DEMO_PID"
        ((SECONDS < deadline))
        sleep 0.5
    done
}

# Sets DEMO_PID if our server is running. A pid alone is not enough: after a crash
# it may belong to somebody else by now.
demo_find_server() {
    local -a words=()
    [[ -f $DEMO_INFO ]] || return 1
    DEMO_PID=$(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' "$DEMO_INFO")
    [[ -n $DEMO_PID && -r /proc/$DEMO_PID/cmdline ]] || return 1
    mapfile -d '' words <"/proc/$DEMO_PID/cmdline"
    [[ " ${words[*]} " == *" $REPO_DIR/devtools/run_odoo.py "*" --database=$DEMO_DATABASE "* ]]
}

# Sets MARKETPLACE_PID if the marketplace is running beside our server.
demo_find_marketplace() {
    local -a words=()
    MARKETPLACE_PID=$(sed -n 's/.*"marketplace_pid": \([0-9]*\).*/\1/p' "$DEMO_INFO")
    [[ -n $MARKETPLACE_PID && -r /proc/$MARKETPLACE_PID/cmdline ]] || MARKETPLACE_PID=''
    [[ -n $MARKETPLACE_PID ]] || return 1
    mapfile -d '' words <"/proc/$MARKETPLACE_PID/cmdline"
    [[ " ${words[*]} " == *" $REPO_DIR/devtools/simulator/run.py "* ]] && return
    MARKETPLACE_PID=''
    return 1
}

# Ends the server DEMO_PID, if any, and whatever it leaves behind.
demo_end() {
    local deadline=$((SECONDS + 20))
    [[ -n $DEMO_PID ]] || return 0
    kill -TERM "$DEMO_PID" 2>/dev/null || true
    while kill -0 "$DEMO_PID" 2>/dev/null && ((SECONDS < deadline)); do
        sleep 0.2
    done
    kill -KILL -- "-$DEMO_PID" 2>/dev/null || true
    rm -f "$DEMO_INFO"
}

demo_stop() {
    (($# == 0)) || usage_error "unexpected arguments '$*'"
    install_lock
    if [[ -f $DEMO_INFO ]] && demo_find_marketplace; then
        step marketplace-stop "ending the marketplace (pid $MARKETPLACE_PID)" marketplace_end
    fi
    if demo_find_server; then
        step demo-stop "ending the demo (pid $DEMO_PID)" demo_end
    else
        rm -f "$DEMO_INFO"
    fi
    postgres_stop
}

demo_clean() {
    demo_stop "$@"
    postgres_remove
    rm -rf "$DEV_DIR"
}

demo_shell() {
    demo_ready
    odoo shell --config="$ODOO_CONF" --database="$DEMO_DATABASE" --no-http "$@"
}

demo_psql() {
    demo_ready
    psql --dbname="$DEMO_DATABASE" "$@"
}

demo_ready() {
    install_lock
    odoo_ready
    demo_make_database ''
    install_unlock
}
