# shellcheck shell=bash
# ./dev screenshots: the documentation's pictures, from the demo that is being served.

screenshots_run() {
    local name chromium=''
    install_lock
    odoo_ready
    browser_ready
    install_unlock
    demo_find_server || die "no demo is being served: ./dev demo --fresh --detach does"
    for name in "${BROWSER_NAMES[@]}"; do
        chromium=$(command -v "$name") && break
    done
    [[ -n $chromium ]] || die "there is no Chromium here"
    step demo-history "writing two months of orders" screenshots_history
    "$ODOO_PYTHON" "$REPO_DIR/devtools/screenshots/run.py" "$DEMO_INFO" "$chromium" \
        "$REPO_DIR" "$@"
}

# Its shell ends well even when what it was fed does not.
screenshots_history() {
    odoo shell --config="$ODOO_CONF" --database="$DEMO_DATABASE" --no-http \
        <"$REPO_DIR/devtools/screenshots/history.py" | tee /dev/stderr | grep -q '^history$'
}
