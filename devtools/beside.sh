# shellcheck shell=bash
# ./dev test --beside: the addon beside those of others, which are taken from PyPI.

# They are installed after ours and before ours; what they bring along needs no test of its own.
BESIDE_ADDONS=(
    account_move_cancel_confirm auditlog mail_activity_team queue_job sale_automatic_workflow
    sale_cancel_reason sale_cancel_restrict sale_exception sale_order_archive sale_order_revision
    sale_order_split_strategy sale_order_type sale_stock_picking_blocking sale_tier_validation
    stock_picking_auto_create_package stock_picking_back2draft stock_picking_batch_extended
    stock_split_picking stock_warehouse_security web_responsive
)

# beside_run [ADDON...] [PYTEST ARGUMENTS]: each ADDON alone, after ours and before it; without one,
# all of them together, or each of them in the long form.
beside_run() {
    local argument name status=0 table=''
    local -a arguments=() names=()
    for argument in "$@"; do
        if [[ " ${BESIDE_ADDONS[*]} " == *" $argument "* ]]; then
            names+=("$argument")
        else
            arguments+=("$argument")
        fi
    done
    beside_ready
    install_unlock
    if [[ ${#names[@]} -eq 0 && -n ${MARKETPLACE_TEST_LONG:-} ]]; then
        names=("${BESIDE_ADDONS[@]}")
        table=1
    elif [[ ${#names[@]} -eq 0 ]]; then
        names=("$(IFS=, && echo "${BESIDE_ADDONS[*]}")")
    fi
    for name in "${names[@]}"; do
        beside_one after "$name" "${arguments[@]}" || status=$?
        beside_one before "$name" "${arguments[@]}" || status=$?
    done
    if [[ -n $table ]]; then
        beside_table >"$REPO_DIR/docs/beside-other-addons.md"
    fi
    return "$status"
}

# What the last run beside each addon has found, as a page.
beside_table() {
    "$ODOO_PYTHON" "$REPO_DIR/devtools/beside_table.py" "$DEV_DIR/beside-results" \
        "$REPO_DIR/devtools/requirements-beside.txt" "${BESIDE_ADDONS[@]}"
}

beside_ready() {
    python_find
    install_once "$DEV_DIR/beside" "$(install_digest <"$REPO_DIR/devtools/requirements-beside.txt")" \
        "downloading addons of others" beside_unpack
    BESIDE_CONF=$DEV_DIR/beside.conf
    sed "s|^addons_path = .*|&,$DEV_DIR/beside/odoo/addons|" "$ODOO_CONF" >"$BESIDE_CONF"
    export PYTHONPATH=$PYTHONPATH:$DEV_DIR/beside
}

beside_unpack() {
    "$PYTHON_BASE" "$(python_pip_wheel)/pip" --disable-pip-version-check install --no-deps \
        --no-input --cache-dir "$DEV_DIR/cache/pip" --target "$1" \
        --requirement "$REPO_DIR/devtools/requirements-beside.txt"
}

# beside_one after|before ADDONS [PYTEST ARGUMENTS]: installs ADDONS after or before ours in a
# database of their own, and runs tests/beside there.
beside_one() {
    local order=$1 addons=$2 database=${TEST_DATABASE}_beside name=${2//,*/_and_others}
    local ODOO_CONF=$BESIDE_CONF status=0 result=$2
    if [[ $2 == *,* ]]; then
        result=all
    fi
    shift 2
    if [[ $order == after ]]; then
        step "beside-$name" "installing $name after ours" \
            beside_install "$TEST_TEMPLATE" "$addons" || return
    else
        step "beside-$name" "installing $name before ours" \
            beside_install "$TEST_BASE" "$addons" "$ADDON" || return
    fi
    MARKETPLACE_TEST_CONF=$BESIDE_CONF "${TEST_COMMAND[@]}" --odoo-config="$BESIDE_CONF" \
        --odoo-database="$database" -p no:cacheprovider \
        --junit-xml="$DEV_DIR/beside-results/$order-$result.xml" \
        "$@" "$ADDON_LINK/tests/beside" 3>&- 8>&- 9>&- || status=$?
    odoo_drop "$database"
    return "$status"
}

# beside_install TEMPLATE MODULES...: makes the database, and installs MODULES one after the other.
beside_install() {
    local database=${TEST_DATABASE}_beside modules
    odoo_copy "$1" "$database" || return
    for modules in "${@:2}"; do
        odoo_modules "$database" --init "$modules" || return
    done
}
