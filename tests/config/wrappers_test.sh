#!/bin/sh
# The wrappers call the program with the arguments that its contract names. A recording program
# stands in for it: what it does is tested elsewhere.
set -u
root=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/a folder" && cd "$work/a folder" || exit 1
cat >"$work/tundish" <<'END'
#!/bin/sh
for word in "$@"; do printf '[%s]' "$word"; done
echo
exit "${WANTED_CODE:-0}"
END
chmod +x "$work/tundish"
export TUNDISH="$work/tundish"
failures=0

expect() { # expect CODE OUTPUT COMMAND...: the exit code and the first line of the output
    code=$1 output=$2
    shift 2
    found=$("$@" 2>&1)
    found_code=$?
    found=$(printf '%s\n' "$found" | head -n 1)
    if [ "$found_code" -ne "$code" ] || [ "$found" != "$output" ]; then
        echo "FAILED: $*"
        echo "  expected $code: $output"
        echo "  found    $found_code: $found"
        failures=$((failures + 1))
    fi
}

wrappers=$root/scripts/wrappers
echo '{}' >c.json
expect 0 "[compile][--config][$PWD/c.json][--json][-q]" "$wrappers/compile.sh" c.json -q
expect 2 "compile.sh: no.json not found; usage: compile.sh [CONFIG] [OPTION...]" "$wrappers/compile.sh" no.json
expect 0 "[validate][--json][m.mlir][--seeds][2]" "$wrappers/validate.sh" m.mlir --seeds 2
expect 0 "[bench][--json][m x.vmfb]" "$wrappers/benchmark.sh" "m x.vmfb"
expect 0 "[compile][m.mlir][--target][cuda:sm_80][-o][o.vmfb][--backend][iree]" \
    "$wrappers/compile-with-iree.sh" m.mlir cuda:sm_80 o.vmfb
expect 0 "[compile][m.mlir][--target][cuda:sm_80,cuda:sm_86][-o][o.vmfb][--backend][iree][--json][--validate]" \
    "$wrappers/iree-docker-compile" --input m.mlir --target=cuda --output o.vmfb --arch sm_80,sm_86 --validate-locally
expect 0 "[compile][m.mlir][--target][cpu][-o][o.vmfb][--backend][iree][--json]" \
    "$wrappers/iree-docker-compile" --input m.mlir --target cpu --output o.vmfb
expect 2 "iree-docker-compile: --output is missing: the executable to write" \
    "$wrappers/iree-docker-compile" --input m.mlir --target cpu
expect 2 "iree-docker-compile: target cuda:sm_80 names an architecture already; found sm_86, too" \
    "$wrappers/iree-docker-compile" --input m --target cuda:sm_80 --output o --arch sm_86
expect 2 "run_example.sh: no example named no_such under models/, models/generated/ or examples/" \
    "$root/scripts/run_example.sh" no_such cpu
WANTED_CODE=4
export WANTED_CODE
expect 4 "[compile][m][--target][cpu][-o][o][--backend][iree]" "$wrappers/compile-with-iree.sh" m cpu o
TUNDISH="$work/absent"
expect 2 "validate.sh: TUNDISH=$work/absent is not a program" "$wrappers/validate.sh" m
[ "$failures" -eq 0 ] && echo "all wrappers pass"
exit "$failures"
