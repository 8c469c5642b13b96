#!/bin/sh
# benchmark.sh MODEL_OR_EXECUTABLE [OPTION...]: measures a model or an executable.
#
# Options are those of `tundish bench`. The document for machines is on stdout.
. "$(dirname -- "$0")/find-tundish.sh"

case ${1:-} in
-h | --help)
    sed -n '2,4s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
'') fail 2 "no model; usage: benchmark.sh MODEL_OR_EXECUTABLE [OPTION...]" ;;
esac
find_tundish
exec "$tundish" bench --json "$@"
