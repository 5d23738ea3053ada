# shellcheck shell=bash
# Things that are made once and kept: whole or not at all, by one ./dev at a time.

# Held while something is being made. Every long-lived child closes descriptor 9,
# or it would keep the lock after we are gone.
install_lock() {
    mkdir -p "$DEV_DIR"
    exec 9>"$DEV_DIR/lock"
    flock --nonblock 9 && return
    echo "waiting for another ./dev that is installing ..." >&3
    flock 9
}

install_unlock() {
    exec 9>&-
}

INSTALL_BUILD='' # the folder that is being made

install_clean() {
    [[ -z $INSTALL_BUILD ]] || rm -rf "$INSTALL_BUILD"
}
ON_EXIT+=(install_clean)

# install_once TARGET KEY LABEL BUILDER...: makes the folder TARGET with
# `BUILDER... FOLDER` unless it was made with the same KEY. It is made under
# another name and renamed: an interrupted or failed run leaves no TARGET.
install_once() {
    local target=$1 key=$2 label=$3
    shift 3
    if [[ -f $target/.key && $(<"$target/.key") == "$key" ]]; then
        return
    fi
    INSTALL_BUILD=$target.new
    rm -rf "$INSTALL_BUILD"
    mkdir -p "$INSTALL_BUILD"
    step "install-$(basename "$target")" "$label" "$@" "$INSTALL_BUILD"
    printf '%s\n' "$key" >"$INSTALL_BUILD/.key"
    rm -rf "$target"
    mv "$INSTALL_BUILD" "$target"
    INSTALL_BUILD=''
}

# A short name for a content: the first digits of the hash of what is on stdin.
install_digest() {
    sha256sum | cut -c1-12
}
