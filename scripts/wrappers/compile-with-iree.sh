#!/bin/sh
# compile-with-iree.sh MODEL TARGET OUT [OPTION...]: compiles one model with IREE.
#
# TARGET is a target string: cpu, cuda:sm_80, vulkan. Options are those of `tundish compile`.
. "$(dirname -- "$0")/find-tundish.sh"

case ${1:-} in
-h | --help)
    sed -n '2,4s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
[ $# -ge 3 ] || fail 2 "found $# arguments; usage: compile-with-iree.sh MODEL TARGET OUT [OPTION...]"
model=$1 target=$2 output=$3
shift 3
find_tundish
exec "$tundish" compile "$model" --target "$target" -o "$output" --backend iree "$@"
