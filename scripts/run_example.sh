#!/bin/sh
# run_example.sh NAME TARGET: compiles an example and runs it on each device that fits the target.
#
# NAME is a model of models/ or a program of examples/, without its ending. Example:
#     scripts/run_example.sh elementwise vulkan
. "$(dirname -- "$0")/wrappers/find-tundish.sh"

case ${1:-} in
-h | --help)
    sed -n '2,5s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
[ $# -eq 2 ] || fail 2 "found $# arguments; usage: run_example.sh NAME TARGET"
name=$1 target=$2

model=''
for candidate in "models/$name" "models/generated/$name" "examples/$name"; do
    for ending in mlir mlirbc stablehlo; do
        if [ -z "$model" ] && [ -f "$tundish_root/$candidate.$ending" ]; then
            model=$tundish_root/$candidate.$ending
        fi
    done
done
[ -n "$model" ] || fail 2 "no example named $name under models/, models/generated/ or examples/"

case $target in
cpu*) devices='local-sync local-task' ;;
cuda*) devices=cuda ;;
rocm*) devices=hip ;;
vulkan*) devices=vulkan ;;
metal*) devices=metal ;;
*) fail 3 "no device runs target $target here; known are cpu, cuda, rocm, vulkan, metal" ;;
esac
find_tundish
folder=$(mktemp -d) || fail 70 "cannot create a folder for the executable"
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

"$tundish" compile "$model" --target "$target" -o "$folder/$name.vmfb" || exit $?
# The stored inputs of the first case, in order.
set --
for stem in "models/data/$name" "models/data/$name.case0" "models/generated/data/$name"; do
    while [ -f "$tundish_root/$stem.input$#.npy" ]; do
        set -- "$@" "--input=@$tundish_root/$stem.input$#.npy"
    done
    [ $# -gt 0 ] && break
done
code=0
for device in $devices; do
    echo "== $name on $device"
    "$tundish" run "$folder/$name.vmfb" --device "$device" "$@" || code=$?
done
exit $code
