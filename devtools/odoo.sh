# shellcheck shell=bash
# A real Odoo 19, and databases made with it.

# odoo-19 is all Python; its static files are links into the other packages.
ODOO_PACKAGES=(
    odoo-19
    fonts-font-awesome fonts-inconsolata fonts-montserrat fonts-roboto-unhinted
    libjs-jquery libjs-jquery-form libjs-underscore
)
ODOO_CONF=$DEV_DIR/odoo.conf
ADDON_LINK=$DEV_DIR/addons/$ADDON
# The marketplaces of tests and demo are on this machine. Not in odoo.conf: Odoo warns of options
# that are not its own, and the tests look for warnings.
export MARKETPLACE_OUTBOUND_NETWORKS='127.0.0.0/8 ::1'
# Checkouts may share a PostgreSQL server: each has names of its own there.
DB_PREFIX=moc_$(install_digest <<<"$REPO_DIR" | cut -c1-6)

# odoo_ready: afterwards Odoo, its Python, PostgreSQL and .dev/odoo.conf can be
# used. The caller holds the install lock.
odoo_ready() {
    if [[ -z ${ODOO_PYTHON:-} ]]; then
        python_venv "$DEV_DIR/venv" "installing Odoo's Python packages" \
            "$REPO_DIR"/devtools/requirements-{odoo,test}.txt
        ODOO_PYTHON=$DEV_DIR/venv/bin/python
    fi
    postgres_ready
    odoo_find
    odoo_write_conf
}

# Sets and exports ODOO_HOME: the folder that holds the package `odoo`.
odoo_find() {
    if [[ -z ${ODOO_HOME:-} ]]; then
        install_once "$DEV_DIR/odoo" "${ODOO_PACKAGES[*]} +1" \
            "downloading Odoo 19 from Debian (130 MB)" odoo_unpack
        ODOO_HOME=$DEV_DIR/odoo/usr/lib/python3/dist-packages
    fi
    if ! grep -qs '^version_info = (19,' "$ODOO_HOME/odoo/release.py"; then
        die "ODOO_HOME=$ODOO_HOME holds no Odoo 19 (looked at odoo/release.py in it)"
    fi
    ODOO_HOME=$(realpath "$ODOO_HOME")
    export ODOO_HOME
}

odoo_unpack() {
    debian_update_unstable
    debian_unpack unstable "$1" "${ODOO_PACKAGES[@]}"
    # Debian leaves out a library for video calls; every page would log an error for it.
    local missing=usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation
    mkdir -p "$1/$missing"
    : >"$1/$missing/selfie_segmentation.js"
}

# A folder is an addon under its own name, and a clone may be called anything.
odoo_link_addon() {
    mkdir -p "$DEV_DIR/addons"
    ln -sfn ../.. "$ADDON_LINK"
}

odoo_write_conf() {
    local addons=$ODOO_HOME/odoo/addons
    if [[ -f $ODOO_HOME/odoo-bin ]]; then # a checkout keeps most of its addons there
        addons+=,$ODOO_HOME/addons
    fi
    odoo_link_addon
    cat >"$ODOO_CONF.new" <<EOF
[options]
addons_path = $addons,$DEV_DIR/addons
data_dir = $DEV_DIR/data
db_host = ${PGHOST:-}
db_port = ${PGPORT:-}
db_user = ${PGUSER:-}
http_interface = 127.0.0.1
list_db = False
screenshots = $DEV_DIR/screenshots
EOF
    mv "$ODOO_CONF.new" "$ODOO_CONF"
}

# odoo ARGUMENTS...: runs Odoo's command line.
odoo() {
    "$ODOO_PYTHON" "$REPO_DIR/devtools/run_odoo.py" "$@" 3>&- 9>&-
}

# odoo_modules DATABASE OPTION MODULES: installs (-i) or updates (-u) modules.
odoo_modules() {
    odoo --config="$ODOO_CONF" --database="$1" "$2" "$3" \
        --with-demo --stop-after-init --no-http --workers=0 --max-cron-threads=0
}

odoo_filestore() {
    echo "$DEV_DIR/data/filestore/$1"
}

# Removes a database and its files.
odoo_drop() {
    dropdb --if-exists --force "$1"
    rm -rf "$(odoo_filestore "$1")"
}

# odoo_copy FROM TO: copies a database. Odoo never changes a stored file in place,
# so hard links will do.
odoo_copy() {
    odoo_drop "$2"
    createdb --template="$1" "$2"
    if [[ -d $(odoo_filestore "$1") ]]; then
        cp -al "$(odoo_filestore "$1")" "$(odoo_filestore "$2")"
    fi
}

# odoo_rename FROM TO: the last step of making a database.
odoo_rename() {
    if [[ -d $(odoo_filestore "$1") ]]; then
        rm -rf "$(odoo_filestore "$2")"
        mv "$(odoo_filestore "$1")" "$(odoo_filestore "$2")"
    fi
    psql --quiet --dbname=postgres --command="ALTER DATABASE \"$1\" RENAME TO \"$2\""
}

# odoo_set_comment DATABASE TEXT, odoo_comment DATABASE: what it was made from.
odoo_set_comment() {
    psql --quiet --dbname=postgres --command="COMMENT ON DATABASE \"$1\" IS '$2'"
}

odoo_comment() {
    psql --dbname=postgres -At --command="
        SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$1'"
}

# A name for the state of the addon's own files, as far as Odoo reads them.
odoo_addon_digest() {
    (
        cd "$REPO_DIR"
        find . \( -name '.*' ! -name . -o -name __pycache__ \
            -o -path ./devtools -o -path ./docs -o -path ./tests \) -prune \
            -o -type f ! -path ./dev ! -name '*.md' ! -name '*.toml' -print0 |
            LC_ALL=C sort -z | xargs -0 sha256sum
    ) | install_digest
}

# What the databases depend on besides the addon.
odoo_version_digest() {
    { echo "$ODOO_HOME"; cat "$ODOO_HOME/odoo/release.py"; } | install_digest
}
