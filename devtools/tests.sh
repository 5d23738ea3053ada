# shellcheck shell=bash
# ./dev test: pytest-odoo on a copy of a database that is made once; plain Python without either.

# What the addon needs, and what its tests meet besides: every module here changes
# what cancelling a sales order does.
TEST_MODULES=sale_management,sale_stock,sale_purchase,mrp,stock_dropshipping,stock_picking_batch,stock_delivery

# Whatever else in Odoo touches sales and stock; Odoo installs the modules between them by itself.
TEST_EVERYTHING=$TEST_MODULES,account_debit_note,delivery_stock_picking_batch,event_booth_sale
TEST_EVERYTHING+=,event_sale,mrp_landed_costs,mrp_product_expiry,mrp_repair,mrp_subcontracting
TEST_EVERYTHING+=,mrp_subcontracting_dropshipping,partnership,pos_event_sale,pos_loyalty,pos_mrp
TEST_EVERYTHING+=,pos_repair,pos_sale,project_mrp_sale,project_purchase_stock,purchase_repair
TEST_EVERYTHING+=,purchase_requisition_stock,sale_crm,sale_expense,sale_gelato_stock,sale_loyalty
TEST_EVERYTHING+=,sale_loyalty_delivery,sale_project_stock,sale_stock_margin
TEST_EVERYTHING+=,sale_stock_product_expiry,sale_timesheet,stock_fleet,stock_maintenance
TEST_EVERYTHING+=,website_sale_collect,website_sale_loyalty,website_sale_mrp,website_sale_slides

# What is run beside them as well; and what is run there with record rules that hide a random half of
# all documents from the endpoint's user (and without these rules in the long form).
TEST_BESIDE_EVERYTHING=(
    change/test_{billed_beyond,money,money_any_story,money_special,posting}
    change/test_{part_facts,part_questions,take_out,take_out_any_story,take_out_special,take_out_supply}
    order/test_{commitments,down_payments,facts_agree,hidden_documents,invoices}
    order/test_{invoices_any_story,invoices_asked,invoices_special,loyalty,outside_reports}
    order/test_{replacements,seller_account,upstream,upstream_purchases}
    transfer/test_{goods_at_customers,goods_count,goods_properties,hold_cancelled,transit}
)
TEST_HALF_HIDDEN=(service/test_{properties,scenarios})

tests_run() {
    local keep_db='' plain='' beside='' own='' chosen='' modules=$TEST_MODULES argument
    local -a arguments=() paths=()
    for argument in "$@"; do
        case $argument in
            --long) export MARKETPLACE_TEST_LONG=1 ;;
            --everything) modules=$TEST_EVERYTHING ;;
            --keep-db) keep_db=1 ;;
            --beside) beside=1 ;;
            --odoo) own=1 ;;
            --plain) plain=1 ;;
            tests | tests/* | ./tests | ./tests/*) paths+=("$ADDON_LINK/${argument#./}") ;;
            .dev/addons/*) paths+=("$REPO_DIR/$argument") ;; # as pytest's reports say
            *) arguments+=("$argument") ;;
        esac
    done

    if [[ -n $plain ]]; then
        tests_plain "${arguments[@]}" "${paths[@]:-$ADDON_LINK/tests/tools}"
        return
    fi
    if [[ -n $own && " ${MARKETPLACE_TEST_LONG:+sale_loyalty} ${arguments[*]} " == *" sale_loyalty "* ]]; then
        modules+=,sale_loyalty
    fi
    if [[ -n $keep_db || -n $beside || -n $own || ${#arguments[@]} -gt 0 || ${#paths[@]} -gt 0 ]]; then
        chosen=1
    elif [[ $modules == "$TEST_MODULES" ]]; then
        tests_plain "$ADDON_LINK/tests/tools" # they take seconds, and end the rest if they fail
    fi

    if [[ -n $keep_db ]]; then
        TEST_DATABASE=${DB_PREFIX}_kept_$$
        echo "the database will stay: $TEST_DATABASE" >&3
    else
        TEST_DATABASE=${DB_PREFIX}_test_$$
        ON_EXIT+=(tests_clean)
    fi

    install_lock
    odoo_ready
    browser_ready
    marketplace_ready
    package_ready
    python_venv "$DEV_DIR/contract" "installing Schemathesis" \
        "$REPO_DIR/devtools/requirements-contract.txt"
    "$ODOO_PYTHON" -c 'from importlib.util import find_spec as find
assert find("pytest_odoo") and find("openapi_spec_validator")' \
        2>/dev/null ||
        die "$ODOO_PYTHON lacks packages: install devtools/requirements-test.txt for it"
    tests_make_templates "$modules"
    tests_prune
    if [[ -n $beside ]]; then
        tests_pytest
        beside_run "${arguments[@]}"
        return
    elif [[ -n $own ]]; then
        tests_pytest
        odoo_tests_run "${arguments[@]}"
        return
    fi
    step test-database "copying the test database" odoo_copy "$TEST_TEMPLATE" "$TEST_DATABASE"
    tests_pytest
    if [[ -n $chosen ]]; then
        install_unlock
        "${TEST_COMMAND[@]}" --odoo-database="$TEST_DATABASE" \
            "${arguments[@]}" "${paths[@]:-$ADDON_LINK/tests}" 3>&- 8>&-
    elif [[ $modules == "$TEST_EVERYTHING" ]]; then
        tests_beside_everything "$TEST_DATABASE"
    else
        tests_all
    fi
}

# tests_plain PYTEST ARGUMENTS: the tests of plain Python, without Odoo and without a database.
tests_plain() {
    tests_plain_pytest
    "${TEST_PLAIN_COMMAND[@]}" --rootdir="$ADDON_LINK" -c "$ADDON_LINK/pyproject.toml" \
        "$@" 3>&-
}

# Sets TEST_PLAIN_COMMAND; it needs --rootdir. A plugin stands in for the addon's own package.
tests_plain_pytest() {
    install_lock
    odoo_link_addon
    python_venv "$DEV_DIR/plain" "installing what plain Python needs" \
        "$REPO_DIR/devtools/requirements-plain.txt"
    install_unlock
    TEST_PLAIN_COMMAND=(
        env PYTHONPATH="$REPO_DIR/devtools/plain"
        HYPOTHESIS_STORAGE_DIRECTORY="$DEV_DIR/hypothesis"
        "$DEV_DIR/plain/bin/python" -m pytest -p without_odoo
    )
}

# Those with servers of their own run beside the others. Not in one process, since Odoo's test
# classes end whatever child processes they find.
tests_all() {
    local status=0
    tests_aside servers "$ADDON_LINK/tests/server"
    install_unlock
    "${TEST_COMMAND[@]}" --odoo-database="$TEST_DATABASE" \
        --ignore="$ADDON_LINK/tests/"{server,tools,beside} \
        "$ADDON_LINK/tests" 3>&- 8>&- || status=$?
    tests_everything || status=$?
    tests_wait servers "the tests with servers of their own, which have run since the beginning" ||
        tests_once_more servers || status=$?
    return "$status"
}

# The tests that meet every module of Odoo that touches sales and stock.
tests_everything() {
    local database=${TEST_DATABASE}_everything
    install_lock
    tests_make_templates "$TEST_EVERYTHING"
    step test-everything "copying the database with every module" \
        odoo_copy "$TEST_TEMPLATE" "$database"
    tests_beside_everything "$database"
}

# tests_beside_everything DATABASE: those tests alone. Gives the lock back.
tests_beside_everything() {
    local status=0 seed=${MARKETPLACE_TEST_HIDE:-$RANDOM}
    local -a beside=("${TEST_BESIDE_EVERYTHING[@]/#/$ADDON_LINK/tests/}")
    local -a hidden=("${TEST_HALF_HIDDEN[@]/#/$ADDON_LINK/tests/}")
    if [[ -n ${MARKETPLACE_TEST_LONG:-} ]]; then
        beside+=("${hidden[@]}")
    fi
    MARKETPLACE_TEST_HIDE=$seed tests_aside hidden "${hidden[@]/%/.py}"
    install_unlock
    echo "beside every module that touches sales and stock:"
    "${TEST_COMMAND[@]}" --odoo-database="$1" -p no:cacheprovider \
        "${beside[@]/%/.py}" 3>&- 8>&- || status=$?
    tests_wait hidden "and with record rules that hide half of them (MARKETPLACE_TEST_HIDE=$seed)" ||
        status=$?
    return "$status"
}

TEST_MOST_ONCE_MORE=12 # tests of one file, whose server they share
declare -A TEST_ASIDE=() # the processes of tests_aside, by name

# tests_aside NAME PATH...: runs tests on a copy of TEST_TEMPLATE, beside whatever comes next.
tests_aside() {
    local name=$1 database=${TEST_DATABASE}_$1
    shift
    step "test-$name" "copying it once more" odoo_copy "$TEST_TEMPLATE" "$database"
    "${TEST_COMMAND[@]}" --odoo-database="$database" -p no:cacheprovider "$@" \
        >"$DEV_DIR/log/tests-$name.log" 2>&1 </dev/null 3>&- 8>&- 9>&- &
    TEST_ASIDE[$name]=$!
}

# tests_wait NAME TITLE: waits for them, tells what they said, and returns how they ended.
tests_wait() {
    local status=0 log=$DEV_DIR/log/tests-$1.log
    echo "$2 ($log):"
    wait "${TEST_ASIDE[$1]}" || status=$?
    unset "TEST_ASIDE[$1]"
    cat "$log"
    return "$status"
}

# tests_once_more NAME: runs the few tests of tests_aside's that could not begin beside the others
# once more, alone: their server or browser did not come up in time. What has failed stays failed.
tests_once_more() {
    local log=$DEV_DIR/log/tests-$1.log
    local -a unbegun
    ! grep -q '^FAILED ' "$log" || return 1
    mapfile -t unbegun < <(sed -En 's/^ERROR (.*::.*)/\1/p' "$log" |
        sed 's/\] - .*/]/; /\]$/!s/ - .*//' | sort -u)
    ((${#unbegun[@]} >= 1 && ${#unbegun[@]} <= TEST_MOST_ONCE_MORE)) || return 1
    echo "COULD NOT BEGIN BESIDE THE OTHERS, and run once more alone: ${unbegun[*]}"
    "${TEST_COMMAND[@]}" --odoo-database="${TEST_DATABASE}_$1" -p no:cacheprovider \
        "${unbegun[@]/#/$REPO_DIR/}" 3>&- 8>&- 9>&-
}

tests_clean() {
    local database name
    for name in "${!TEST_ASIDE[@]}"; do
        kill -INT "${TEST_ASIDE[$name]}" 2>/dev/null || true
        wait "${TEST_ASIDE[$name]}" 2>/dev/null || true
    done
    for database in "$TEST_DATABASE"{,_servers,_everything,_hidden}; do
        odoo_drop "$database" >>"$DEV_DIR/log/test-database.log" 2>&1 || true
    done
}

# Drops the databases of earlier states, unless another run may be using them: each
# run shares a lock until it ends. The caller holds the install lock.
tests_prune() {
    local database
    exec 8>"$DEV_DIR/tests.lock"
    if flock --nonblock 8; then
        for database in $(psql --dbname=postgres -At --command="
                SELECT datname FROM pg_database
                 WHERE datname ~ '^${DB_PREFIX}_(base|addon|test)_'
                   AND datname NOT IN ('$(tests_base "$TEST_MODULES")',
                                       '$(tests_base "$TEST_EVERYTHING")',
                                       '$TEST_BASE', '$TEST_TEMPLATE')"); do
            odoo_drop "$database"
        done
    fi
    flock --shared 8
}

# The name of the database with MODULES and without the addon.
tests_base() {
    echo "${DB_PREFIX}_base_$(install_digest <<<"$1 $(odoo_version_digest)")"
}

# tests_make_templates MODULES: sets TEST_TEMPLATE to a database with the addon as it is now. Its
# own template, TEST_BASE, has MODULES and stays as long as Odoo stays the same.
tests_make_templates() {
    TEST_BASE=$(tests_base "$1")
    TEST_TEMPLATE=${DB_PREFIX}_addon_$(install_digest <<<"$TEST_BASE $(odoo_addon_digest)")
    if ! postgres_has_database "$TEST_BASE"; then
        step test-base "making a database with demo data (some minutes, once)" \
            tests_make_base "$1"
    fi
    if ! postgres_has_database "$TEST_TEMPLATE"; then
        step test-addon "installing the addon in a copy of it" tests_make_template
    fi
}

tests_make_base() {
    odoo_drop "${TEST_BASE}_new"
    odoo_modules "${TEST_BASE}_new" --init "$1"
    odoo_rename "${TEST_BASE}_new" "$TEST_BASE"
}

tests_make_template() {
    odoo_copy "$TEST_BASE" "${TEST_TEMPLATE}_new"
    odoo_modules "${TEST_TEMPLATE}_new" --init "$ADDON"
    odoo_rename "${TEST_TEMPLATE}_new" "$TEST_TEMPLATE"
}

# Sets TEST_COMMAND. pytest sees the addon through the link which bears its name: that is how its
# tests get imported as odoo.addons.NAME.tests.
tests_pytest() {
    local -a simulator=()
    marketplace_command simulator
    export MARKETPLACE_TEST_ODOO MARKETPLACE_TEST_SCHEMATHESIS MARKETPLACE_TEST_SIMULATOR
    export MARKETPLACE_TEST_PACKAGE MARKETPLACE_TEST_PIP
    printf -v MARKETPLACE_TEST_ODOO '%q ' "$ODOO_PYTHON" "$REPO_DIR/devtools/run_odoo.py"
    printf -v MARKETPLACE_TEST_PACKAGE '%q ' "${PACKAGE_COMMAND[@]}"
    printf -v MARKETPLACE_TEST_PIP '%q ' "$DEV_DIR/whool/bin/python" "$(python_pip_wheel)/pip"
    printf -v MARKETPLACE_TEST_SCHEMATHESIS '%q ' "$DEV_DIR/contract/bin/python" \
        -m schemathesis.cli
    printf -v MARKETPLACE_TEST_SIMULATOR '%q ' "${simulator[@]}"
    export MARKETPLACE_TEST_TEMPLATE=$TEST_TEMPLATE
    export MARKETPLACE_TEST_BASE=$TEST_BASE
    export MARKETPLACE_TEST_CONF=$ODOO_CONF
    export HYPOTHESIS_STORAGE_DIRECTORY=$DEV_DIR/hypothesis PYTHONPATH=$ODOO_HOME
    TEST_COMMAND=(
        "$ODOO_PYTHON" -m pytest
        --rootdir="$ADDON_LINK" -c "$ADDON_LINK/pyproject.toml"
        --odoo-config="$ODOO_CONF" --odoo-http
    )
}
