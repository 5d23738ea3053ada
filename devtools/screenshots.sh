# shellcheck shell=bash
# ./dev screenshots: the documentation's pictures, from the demo that is being served.

SCREENSHOTS=docs/images

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
    mkdir -p "$REPO_DIR/$SCREENSHOTS"
    "$ODOO_PYTHON" "$REPO_DIR/devtools/screenshots/run.py" "$DEMO_INFO" "$chromium" \
        "$REPO_DIR/$SCREENSHOTS" "$@"
}
