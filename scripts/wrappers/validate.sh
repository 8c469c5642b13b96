#!/bin/sh
# validate.sh MODEL [OPTION...]: compares the model's results with the reference; exit code 1 where they differ.
#
# Options are those of `tundish validate`. The document for machines is on stdout.
. "$(dirname -- "$0")/find-tundish.sh"

case ${1:-} in
-h | --help)
    sed -n '2,4s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
'') fail 2 "no model; usage: validate.sh MODEL [OPTION...]" ;;
esac
find_tundish
exec "$tundish" validate --json "$@"
