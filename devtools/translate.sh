# shellcheck shell=bash
# ./dev translate: brings i18n/ up to date with what the addon says.

translate_run() {
    [[ $# -eq 0 ]] || usage_error "translate: unknown arguments '$*'"
    local folder
    install_lock
    odoo_ready
    tests_make_templates "$TEST_MODULES"
    TEST_DATABASE=${DB_PREFIX}_test_$$
    ON_EXIT+=(tests_clean translate_clean)
    step test-database "copying the test database" odoo_copy "$TEST_TEMPLATE" "$TEST_DATABASE"
    install_unlock
    TRANSLATE_FOLDER=$(mktemp -d)
    step translate "exporting what the addon says" translate_export "$TRANSLATE_FOLDER"
    "$ODOO_PYTHON" "$REPO_DIR/devtools/translations.py" "$REPO_DIR/i18n"
}

TRANSLATE_FOLDER=''

translate_clean() {
    [[ -z $TRANSLATE_FOLDER ]] || rm -rf "$TRANSLATE_FOLDER"
}

# Odoo looks into every folder of the addon, and .dev/ leads back to it: so into a copy.
translate_export() {
    mkdir -p "$1/$ADDON" "$REPO_DIR/i18n"
    tar --create --directory="$REPO_DIR" --exclude=./.git --exclude=./.dev --exclude=./tests \
        --exclude=./devtools . | tar --extract --directory="$1/$ADDON"
    sed "s#$DEV_DIR/addons#$1#" "$ODOO_CONF" >"$1/odoo.conf"
    odoo i18n export --config="$1/odoo.conf" --database="$TEST_DATABASE" \
        --output="$REPO_DIR/i18n/$ADDON.pot" "$ADDON"
}
