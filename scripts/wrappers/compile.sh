#!/bin/sh
# compile.sh [CONFIG] [OPTION...]: compiles what the configuration file says.
#
# CONFIG is /config/compile_config.json unless named. Relative outputs go to the folder
# TUNDISH_OUTPUT_DIR, else to /output where that is a folder, else to the working folder. Options
# are those of `tundish compile` and go before the file. The result document is on stdout.
. "$(dirname -- "$0")/find-tundish.sh"

case ${1:-} in
-h | --help)
    sed -n '2,6s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
'' | -*) config=/config/compile_config.json ;;
*)
    config=$1
    shift
    ;;
esac
[ -f "$config" ] || fail 2 "$config not found; usage: compile.sh [CONFIG] [OPTION...]"
case $config in
/*) ;;
*) config=$PWD/$config ;;
esac
find_tundish
case $tundish in
/*) ;;
*) tundish=$PWD/$tundish ;;
esac
output=${TUNDISH_OUTPUT_DIR:-}
if [ -z "$output" ] && [ -d /output ]; then output=/output; fi
if [ -n "$output" ]; then
    cd -- "$output" || fail 2 "cannot enter the output folder $output"
fi
exec "$tundish" compile --config "$config" --json "$@"
