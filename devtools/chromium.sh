#!/bin/sh
# Starts the Chromium that devtools/browser.sh has unpacked around this file.
home=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
for folder in "$home"/usr/lib/*-linux-gnu "$home"/lib/*-linux-gnu "$home"/usr/lib/*-linux-gnu/pulseaudio; do
    if [ -d "$folder" ]; then
        LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    fi
done
export LD_LIBRARY_PATH FONTCONFIG_FILE="$home/fonts.conf"
exec "$home/usr/lib/chromium/chromium" "$@"
