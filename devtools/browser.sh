# shellcheck shell=bash
# A browser for the tests that go through the web client: the machine's, or Debian's.

BROWSER_NAMES=(google-chrome chromium chromium-browser google-chrome-stable) # as Odoo looks for it

# browser_ready: afterwards one of BROWSER_NAMES is on PATH, if that is possible here.
browser_ready() {
    local name
    for name in "${BROWSER_NAMES[@]}"; do
        ! command -v "$name" >/dev/null || return 0
    done
    if ! command -v apt-get dpkg >/dev/null; then
        echo "no Chromium or Chrome here: tests in a browser will be skipped" >&3
        return
    fi
    install_once "$DEV_DIR/browser" 1 "downloading Chromium from Debian (100 MB)" browser_unpack
    PATH=$DEV_DIR/browser/bin:$PATH
}

browser_unpack() {
    local folder=$1 packages
    debian_update_machine
    packages=$(debian_closure chromium 'chromium(-common)?|fonts-(dejavu-core|liberation)')
    # shellcheck disable=SC2086 # one name a line, none with blanks
    debian_unpack machine "$folder" $packages
    mkdir "$folder/bin"
    cp "$REPO_DIR/devtools/chromium.sh" "$folder/bin/chromium"
    cat >"$folder/fonts.conf" <<'EOF'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
    <dir prefix="relative">usr/share/fonts</dir>
    <dir>/usr/share/fonts</dir>
    <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
EOF
}
