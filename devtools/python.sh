# shellcheck shell=bash
# A Python that Odoo 19 can use (3.10 to 3.13) and virtual environments made with it.

# A server of the tests starts in half the time if nothing need be compiled again; many containers
# forbid to write what was compiled, and in the tree it is in the way.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$DEV_DIR/pycache

PYTHON_CHECK='
import sys
import bz2, ctypes, ensurepip, lzma, sqlite3, ssl, venv, zlib
sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))
'

# Sets PYTHON_BASE to the machine's Python if it will do, or else to Debian's,
# unpacked into .dev/python. The distribution's comes first: it is optimized with profiles, which
# those built from source (pyenv's) mostly are not; the tests take a fifth longer with these.
python_find() {
    local candidate
    for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.10; do
        if "$candidate" -c "$PYTHON_CHECK" >/dev/null 2>&1; then
            PYTHON_BASE=$("$candidate" -c 'import sys; print(sys.executable)')
            return
        fi
    done
    install_once "$DEV_DIR/python" 1 "downloading Python from Debian" python_unpack
    debian_use_libraries "$DEV_DIR/python"
    PYTHON_BASE=$DEV_DIR/python/usr/bin/python3
}

python_unpack() {
    local folder=$1 packages
    debian_update_machine
    packages=$(debian_closure python3-venv \
        'python3(-minimal|-(pip|setuptools)-whl)?|(lib)?python3\.[0-9]+(-(minimal|stdlib|venv))?')
    # shellcheck disable=SC2086 # one name a line, none with blanks
    debian_unpack machine "$folder" $packages
}

# python_venv FOLDER LABEL REQUIREMENTS...: makes or reuses a virtual environment
# with exactly these packages. It is renamed after it was made, so its programs
# are called as `FOLDER/bin/python -m NAME`, never by their scripts.
python_venv() {
    local folder=$1 label=$2 key
    shift 2
    python_find
    key=$({ echo "$PYTHON_BASE"; "$PYTHON_BASE" --version; cat "$@"; } | install_digest)
    install_once "$folder" "$key" "$label" python_build_venv "$@"
}

# python_build_venv REQUIREMENTS... FOLDER
python_build_venv() {
    local folder=${*: -1} file
    local -a files=("${@:1:$#-1}") options=() pip
    for file in "${files[@]}"; do
        options+=(-r "$file")
    done
    # Debian's ensurepip looks for its wheels in /usr/share only, where the
    # unpacked one has none: so run the wheel of pip itself.
    "$PYTHON_BASE" -m venv --without-pip "$folder"
    pip=("$folder/bin/python" "$(python_pip_wheel)/pip" --disable-pip-version-check)
    "${pip[@]}" install --no-deps --no-input --cache-dir "$DEV_DIR/cache/pip" "${options[@]}"
    "${pip[@]}" check
}

python_pip_wheel() {
    local wheel
    for wheel in "$DEV_DIR"/python/usr/share/python-wheels/pip-*.whl; do
        if [[ -f $wheel ]]; then
            echo "$wheel"
            return
        fi
    done
    "$PYTHON_BASE" -c '
import ensurepip, pathlib
folders = [pathlib.Path(ensurepip.__file__).parent / "_bundled"]
if getattr(ensurepip, "_WHEEL_PKG_DIR", None):
    folders.insert(0, pathlib.Path(ensurepip._WHEEL_PKG_DIR))
print(next(wheel for folder in folders for wheel in folder.glob("pip-*.whl")))
'
}
