# shellcheck shell=bash
# ./dev lint: every checker runs, also after one has found something.

LINT_FAILED=''

lint_run() {
    local bin=$DEV_DIR/lint/bin
    local -a fix_check=() fix_format=(--check)
    case $* in
        '') ;;
        --fix) fix_check=(--fix) fix_format=() ;;
        *) usage_error "lint: unknown arguments '$*'" ;;
    esac
    install_lock
    python_venv "$DEV_DIR/lint" "installing the linters" \
        "$REPO_DIR/devtools/requirements-lint.txt"
    install_unlock

    cd "$REPO_DIR"
    lint_check "ruff check" "$bin/ruff" check "${fix_check[@]}"
    lint_check "ruff format" "$bin/ruff" format "${fix_format[@]}"
    lint_check "mypy" "$bin/python" -m mypy
    lint_check "shellcheck" "$bin/shellcheck" --external-sources --check-sourced dev .ci/run \
        devtools/chromium.sh docs/samples/*.sh
    lint_check "XML" "$bin/python" devtools/check_xml.py
    # The link gives the addon its name, whatever the folder of the clone is called.
    odoo_link_addon
    cd "$DEV_DIR/addons"
    # R8180 would have all classes that extend a model merged: here each of its aspects is a file of
    # its own, which answers one question.
    lint_check "pylint-odoo" "$bin/python" -m pylint --rcfile="$REPO_DIR/.pylintrc" \
        --disable=R8180 "$ADDON"
    if [[ -n $LINT_FAILED ]]; then
        die "lint: not passed:$LINT_FAILED"
    fi
}

# lint_check NAME COMMAND...
lint_check() {
    echo "-- $1"
    "${@:2}" || LINT_FAILED+=" $1;"
}
