# shellcheck shell=bash
# ./dev marketplace: a simulated marketplace that calls the seller, and is called by it.

MARKETPLACE_PID='' # of the simulator that was started here
MARKETPLACE_LOG=$DEV_DIR/log/marketplace-server.log

# marketplace_ready: afterwards marketplace_python can run the simulator. The caller
# holds the install lock.
marketplace_ready() {
    python_venv "$DEV_DIR/marketplace" "installing the marketplace simulator" \
        "$REPO_DIR/devtools/requirements-marketplace.txt"
}

# marketplace_command NAME: sets the array NAME to the command that runs it.
marketplace_command() {
    local -n command_words=$1
    # shellcheck disable=SC2034 # the caller's array
    command_words=("$DEV_DIR/marketplace/bin/python" "$REPO_DIR/devtools/simulator/run.py")
}

# marketplace_run ARGUMENTS...: serves in the foreground until Ctrl-C.
marketplace_run() {
    local -a words=()
    install_lock
    marketplace_ready
    install_unlock
    marketplace_command words
    ON_EXIT+=(marketplace_end)
    "${words[@]}" "$@" 3>&- &
    MARKETPLACE_PID=$!
    wait "$MARKETPLACE_PID"
}

# marketplace_serve PORT ARGUMENTS...: starts it in the background, in a session of its
# own, and waits until it can be called. Sets MARKETPLACE_PID. After marketplace_ready.
marketplace_serve() {
    local port=$1 deadline=$((SECONDS + 30))
    local -a words=()
    shift
    marketplace_command words
    mkdir -p "$DEV_DIR/log"
    install -m 600 /dev/null "$MARKETPLACE_LOG" # it tells credentials
    setsid "${words[@]}" --port "$port" "$@" 3>&- 9>&- >>"$MARKETPLACE_LOG" 2>&1 </dev/null &
    MARKETPLACE_PID=$!
    # It says so once it has its port; another server on this port might answer as well.
    until grep -q '^Marketplace simulator:' "$MARKETPLACE_LOG"; do
        if ! kill -0 "$MARKETPLACE_PID" 2>/dev/null || ((SECONDS >= deadline)); then
            tail -n 3 "$MARKETPLACE_LOG"
            return 1
        fi
        sleep 0.2
    done
}

# Ends what was started here, if anything.
marketplace_end() {
    local deadline=$((SECONDS + 10))
    [[ -n $MARKETPLACE_PID ]] || return 0
    kill -TERM "$MARKETPLACE_PID" 2>/dev/null || true
    while kill -0 "$MARKETPLACE_PID" 2>/dev/null && ((SECONDS < deadline)); do
        sleep 0.1
    done
    kill -KILL "$MARKETPLACE_PID" 2>/dev/null || true
    MARKETPLACE_PID=''
}
