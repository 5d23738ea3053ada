# shellcheck shell=bash
# Debian packages without root and without installing them: apt resolves, fetches
# and verifies them with folders of its own, dpkg unpacks them where we want.

# debian_apt SCOPE PROGRAM...: runs apt-get or apt-cache on private state.
# SCOPE is `machine` (the machine's own sources) or `unstable`.
debian_apt() {
    local scope=$1 program=$2 home=$DEV_DIR/apt/$1
    shift 2
    local -a options=(
        -o Dir::State::lists="$home/lists"
        -o Dir::Cache="$home/cache"
        -o Debug::NoLocking=1             # the locks belong to root
        -o APT::Sandbox::User=root        # _apt may not reach these folders
        -o Acquire::Languages=none
        -o Acquire::Retries=3
    )
    if [[ $scope == unstable ]]; then
        # Neither the machine's pins nor its installed packages count here.
        options+=(
            -o Dir::Etc::sourcelist="$home/sources.list"
            -o Dir::Etc::sourceparts=/dev/null
            -o Dir::Etc::preferences=/dev/null
            -o Dir::Etc::preferencesparts=/dev/null
            -o Dir::State::status="$home/status"
            -o APT::Default-Release=
        )
    fi
    LC_ALL=C "$program" "${options[@]}" "$@"
}

# Fetches the machine's own package lists; many containers come without any.
debian_update_machine() {
    command -v apt-get dpkg >/dev/null || die "this needs Debian's apt-get and dpkg"
    mkdir -p "$DEV_DIR"/apt/machine/{lists/partial,cache}
    # A broken source of somebody else's need not matter; a lacking package will show.
    debian_apt machine apt-get update || echo "going on with what could be fetched"
}

# Fetches the package list of unstable from the mirror that the machine itself uses.
debian_update_unstable() {
    local home=$DEV_DIR/apt/unstable mirror
    debian_update_machine
    # shellcheck disable=SC2016 # apt's variables, not the shell's
    mirror=$(
        debian_apt machine apt-get indextargets \
            --format '$(ORIGIN)|$(LABEL)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' |
            # Debian's main archive: not -security, -updates or somebody else's.
            awk -F'|' '$1 == "Debian" && $2 == "Debian" && $3 !~ /-/ { print $4; exit }'
    )
    if [[ -z $mirror ]]; then
        die "apt reaches no Debian mirror on this machine (no network?);" \
            "to use an Odoo 19 of your own set ODOO_HOME"
    fi
    mkdir -p "$home"/{lists/partial,cache}
    : >"$home/status"
    printf 'deb [signed-by=%s target=Packages] %s unstable main\n' \
        /usr/share/keyrings/debian-archive-keyring.gpg "$mirror" >"$home/sources.list"
    debian_apt unstable apt-get update
}

# debian_unpack SCOPE FOLDER PACKAGE...
debian_unpack() {
    local scope=$1 folder=$2 deb
    shift 2
    mkdir "$folder/debs"
    (cd "$folder/debs" && debian_apt "$scope" apt-get download "$@")
    for deb in "$folder"/debs/*.deb; do
        dpkg -x "$deb" "$folder"
    done
    rm -rf "$folder/debs" "$DEV_DIR/apt" # the lists are large and soon out of date
}

# debian_closure PACKAGE PATTERN: prints what must be unpacked to run PACKAGE away
# from its usual place: its dependencies whose names match PATTERN, installed or
# not, and the shared libraries that the machine lacks. The C library must stay
# the machine's, and LLVM (100 MB) is needed for PostgreSQL's JIT compiler only.
debian_closure() {
    local package=$1 pattern=$2
    {
        debian_apt machine apt-cache depends --recurse --no-recommends --no-suggests \
            --no-conflicts --no-breaks --no-replaces --no-enhances "$package" |
            grep -E "^($pattern)\$"
        debian_apt machine apt-get install --simulate --no-install-recommends "$package" |
            awk '$1 == "Inst" && $2 ~ /^lib/ && $2 !~ /^lib(c6|c-bin|llvm.*|perl.*|.*-perl)$/ \
                { print $2 }'
    } | sort -u
}

# debian_use_libraries FOLDER: lets programs find the libraries unpacked in FOLDER.
debian_use_libraries() {
    local folder
    for folder in "$1"/usr/lib/*-linux-gnu* "$1"/lib/*-linux-gnu*; do
        if [[ -d $folder ]]; then
            export LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
        fi
    done
}
