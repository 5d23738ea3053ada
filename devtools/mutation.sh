# shellcheck shell=bash
# ./dev mutate: small mistakes in the core, and whether the tests notice them.

mutation_run() {
    local folder=$DEV_DIR/mutation modules=$TEST_MODULES part=core pytest plain
    if [[ ${1:-} == --everything ]]; then
        modules=$TEST_EVERYTHING part=everything
        shift
    fi
    tests_plain_pytest
    install_lock
    odoo_ready
    python_venv "$DEV_DIR/cosmic-ray" "installing Cosmic Ray" \
        "$REPO_DIR/devtools/requirements-mutation.txt"
    tests_make_templates "$modules"
    TEST_DATABASE=${DB_PREFIX}_test_$$
    ON_EXIT+=(tests_clean)
    step test-database "copying the test database" odoo_copy "$TEST_TEMPLATE" "$TEST_DATABASE"
    mkdir -p "$folder"
    folder=$(mktemp -d "$folder/XXXXXX")
    mutation_copy "$folder/$ADDON"
    install_unlock

    tests_pytest
    printf -v pytest '%q ' "$ODOO_PYTHON" -m pytest --rootdir=. -c pyproject.toml \
        --odoo-config="$folder/odoo.conf" --odoo-http --odoo-database="$TEST_DATABASE"
    printf -v plain '%q ' "${TEST_PLAIN_COMMAND[@]}" --rootdir=. -c pyproject.toml
    cd "$folder/$ADDON"
    # Two mistakes planted within one second can have the same size: nothing compiled is to stay.
    export PYTHONDONTWRITEBYTECODE=1
    "$DEV_DIR/cosmic-ray/bin/python" "$REPO_DIR/devtools/mutation.py" \
        --table "$REPO_DIR/devtools/mutation.toml" --part "$part" \
        --folder "$folder" --pytest "$pytest" --plain-pytest "$plain" "$@"
}

# A copy to plant mistakes into, under the addon's name.
mutation_copy() {
    mkdir "$1"
    tar --create --directory="$REPO_DIR" --exclude=./.git --exclude=./.dev . |
        tar --extract --directory="$1"
    sed "s#$DEV_DIR/addons#$(dirname "$1")#" "$ODOO_CONF" >"$(dirname "$1")/odoo.conf"
}
