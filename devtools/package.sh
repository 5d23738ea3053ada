# shellcheck shell=bash
# ./dev package: builds what others install, into .dev/package/.

PACKAGE_FOLDER=$DEV_DIR/package
PACKAGE_COMMAND=("$DEV_DIR/whool/bin/python" "$REPO_DIR/devtools/package/build.py" "$REPO_DIR")

package_run() {
    (($# == 0)) || usage_error "package: unexpected arguments '$*'"
    install_lock
    package_build
    install_unlock
    ls -1 "$PACKAGE_FOLDER"/*
}

# The wheel and the source distribution are made by whool, as those of the OCA's addons are.
package_ready() {
    python_venv "$DEV_DIR/whool" "installing whool" "$REPO_DIR/devtools/requirements-package.txt"
}

package_build() {
    package_ready
    rm -rf "$PACKAGE_FOLDER"
    step package "building the zip, the wheel and the source distribution" \
        "${PACKAGE_COMMAND[@]}" "$PACKAGE_FOLDER"
}
