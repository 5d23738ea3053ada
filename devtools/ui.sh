# shellcheck shell=bash
# What a person sees: one line for each step, one clear line for a failure.

exec 3>&2 # progress keeps going to the terminal while a step's output goes to its log
STEP_LABEL=''
STEP_LOG=''
STEP_TICKER=''
ON_EXIT=() # functions to call at the end, however it comes

usage_error() {
    echo "dev: $* (./dev help tells more)" >&3
    exit 2
}

die() {
    ui_stop_ticker
    STEP_LABEL=''
    echo "dev: $*" >&3
    exit 1
}

# step LOG LABEL COMMAND...: runs the command with its output in .dev/log/LOG.log.
# The command runs in the foreground of this shell, not in a condition, so that
# errexit works inside functions; ui_on_exit then tells which step has failed.
step() {
    local log=$1 label=$2 start=$SECONDS
    shift 2
    mkdir -p "$DEV_DIR/log"
    STEP_LOG=$DEV_DIR/log/$log.log
    STEP_LABEL=$label
    ui_start_ticker
    "$@" >"$STEP_LOG" 2>&1 </dev/null
    ui_stop_ticker
    STEP_LABEL=''
    printf '%s: %s s\n' "$label" "$((SECONDS - start))" >&3
}

# A counter on a terminal; elsewhere (CI) a line at the start is enough.
ui_start_ticker() {
    if [[ ! -t 3 ]]; then
        printf '%s ...\n' "$STEP_LABEL" >&3
        return
    fi
    local start=$SECONDS shell=$$
    (
        trap 'exit 0' TERM
        while kill -0 "$shell" 2>/dev/null; do
            printf '\r%s ... %s s ' "$STEP_LABEL" "$((SECONDS - start))" >&3
            sleep 1
        done
    ) 9>&- &
    STEP_TICKER=$!
}

ui_stop_ticker() {
    [[ -n $STEP_TICKER ]] || return 0
    kill "$STEP_TICKER" 2>/dev/null || true
    wait "$STEP_TICKER" 2>/dev/null || true
    STEP_TICKER=''
    printf '\r\033[K' >&3
}

ui_on_exit() {
    local status=$? hook
    ui_stop_ticker
    if [[ -n $STEP_LABEL ]]; then
        tail -n 5 "$STEP_LOG" 2>/dev/null | cut -c1-160 | sed 's/^/    /' >&3
        echo "dev: failed: $STEP_LABEL (log: $STEP_LOG)" >&3
    fi
    for hook in "${ON_EXIT[@]}"; do
        "$hook" || true
    done
    exit "$status"
}
trap ui_on_exit EXIT

# What gets interrupted has not failed: no log is shown.
ui_on_signal() {
    ui_stop_ticker
    [[ -z $STEP_LABEL ]] || echo "dev: interrupted: $STEP_LABEL" >&3
    STEP_LABEL=''
    exit "$1"
}
trap 'ui_on_signal 130' INT
trap 'ui_on_signal 143' TERM HUP
