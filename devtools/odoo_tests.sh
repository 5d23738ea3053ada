# shellcheck shell=bash
# ./dev test --odoo: Odoo's own tests, run without the addon and with it, and compared.

# Module: what of its tests is run in the short form; nothing: only in the long form. They are run
# when everything is loaded, those for the installation of their module too: else the addon would
# not be there.
declare -A ODOO_TESTS=(
    [sale]="test_sale_order test_sale_refund"
    [sale_stock]="test_create_perf test_sale_stock test_sale_order_dates"
    [stock]="test_stock_return_picking test_robustness"
    [stock_account]=""
    [stock_picking_batch]="test_batch_picking"
    [sale_mrp]=""
    [delivery]="test_sale_order"
    [sale_loyalty]=""
    [sale_purchase_stock]="test_sale_purchase_stock_flow"
    [stock_dropshipping]="test_dropship"
    [account]=""
)
# Of the tests of `account`, in the long form: those that cancel, reverse and invoice.
ODOO_TESTS_ACCOUNT="test_account_move_entry test_account_move_out_invoice test_account_move_out_refund"
ODOO_TESTS_ACCOUNT+=" test_account_move_reconcile test_account_lock_exception"

# odoo_tests_run [MODULE...] [PYTEST ARGUMENTS]: all tests of these modules; without one, a few of
# each, or all of each in the long form.
odoo_tests_run() {
    local argument module file folder record=$DEV_DIR/log/odoo-tests
    local -a arguments=() modules=() paths=() table=()
    for argument in "$@"; do
        if [[ -v ODOO_TESTS[$argument] ]]; then
            modules+=("$argument")
        else
            arguments+=("$argument")
        fi
    done
    folder=$(realpath "$ODOO_HOME/odoo/addons")
    for module in "${modules[@]:-${!ODOO_TESTS[@]}}"; do
        if [[ $module == account ]]; then
            [[ -n ${modules[*]}${MARKETPLACE_TEST_LONG:-} ]] || continue
            for file in $ODOO_TESTS_ACCOUNT; do
                paths+=("$folder/account/tests/$file.py")
            done
        elif [[ -n ${modules[*]}${MARKETPLACE_TEST_LONG:-} ]]; then
            paths+=("$folder/$module/tests")
        else
            for file in ${ODOO_TESTS[$module]}; do
                paths+=("$folder/$module/tests/$file.py")
            done
        fi
    done
    rm -f "$record"-{without,with}.json
    odoo_tests_one without "$TEST_BASE" "${arguments[@]}" "${paths[@]}"
    odoo_tests_one with "$TEST_TEMPLATE" "${arguments[@]}" "${paths[@]}"
    if [[ -n ${MARKETPLACE_TEST_LONG:-} && -z ${modules[*]} ]]; then
        table=(--table "$REPO_DIR/docs/beside-odoo.md")
    fi
    "$ODOO_PYTHON" "$REPO_DIR/devtools/odoo_tests/compare.py" \
        "$record"-{without,with}.json "${table[@]}"
}

# odoo_tests_one without|with TEMPLATE [PYTEST ARGUMENTS]: tells how it ended by its record alone,
# since some of Odoo's tests fail beside others of its own modules.
odoo_tests_one() {
    local database=${TEST_DATABASE}_odoo log=$DEV_DIR/log/odoo-tests-$1
    step "odoo-tests-$1" "copying the database $1 the addon" odoo_copy "$2" "$database"
    echo "Odoo's own tests $1 the addon ($log.log)" >&3
    # from /, and with the folder of Odoo's addons as root: their tests are imported as Odoo's
    (
        cd /
        PYTHONPATH+=:$REPO_DIR/devtools/odoo_tests "$ODOO_PYTHON" -P -m pytest -p recording \
            --record="$log.json" --rootdir="$folder" --confcutdir="$folder" -c /dev/null \
            -p no:cacheprovider --odoo-config="$ODOO_CONF" --odoo-database="$database" \
            --odoo-http "${@:3}" >"$log.log" 2>&1 3>&- 8>&- 9>&-
    ) || true
    odoo_drop "$database"
    [[ -s $log.json ]] || { tail -20 "$log.log"; return 1; }
}
