# Sourced by the wrappers: finds the program and lends a few words. POSIX sh.

fail() { # fail CODE MESSAGE
    echo "${0##*/}: $2" >&2
    exit "$1"
}

# The folder of this repository, or of the installation that holds the wrappers.
wrapper_folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 70
case $wrapper_folder in
*/scripts/wrappers) tundish_root=${wrapper_folder%/scripts/wrappers} ;;
*/scripts) tundish_root=${wrapper_folder%/scripts} ;;
*) tundish_root=${wrapper_folder%/*} ;;
esac

# Sets `tundish`: the variable TUNDISH, the build folders of a checkout, bin/ beside us, or PATH.
find_tundish() {
    if [ -n "${TUNDISH:-}" ]; then
        [ -x "$TUNDISH" ] || fail 2 "TUNDISH=$TUNDISH is not a program"
        tundish=$TUNDISH
        return
    fi
    for folder in build/release build/dev build/no-iree; do
        tundish=$tundish_root/$folder/src/cli/tundish
        [ -x "$tundish" ] && return
    done
    tundish=$tundish_root/bin/tundish
    [ -x "$tundish" ] && return
    tundish=$(command -v tundish) && return
    fail 3 "program tundish not found; set TUNDISH to its path, or build it: cmake --preset dev && cmake --build --preset dev"
}

# Sets `target`: FAMILY and ARCHITECTURE (may be empty) as one target string.
join_target() {
    target=$1
    [ -z "$2" ] && return
    case $1 in
    *:*) fail 2 "target $1 names an architecture already; found $2, too" ;;
    esac
    target=$1:$2
}
