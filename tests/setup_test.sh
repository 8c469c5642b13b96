#!/usr/bin/env bash
# Tests scripts/setup without a network: small wheels stand in for the real ones, each failure is provoked.
# usage: setup_test.sh SOURCE_DIR
set -uo pipefail

source_dir=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  printf 'FAILED: %s\n' "$*"
  sed 's/^/    | /' "$work/out" "$work/err" 2>/dev/null
  failures=$((failures + 1))
}
# run COMMAND...: keeps its status in $status and its output in $work/out and $work/err.
run() {
  "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
}
expect_ok() { ((status == 0)) || fail "$1: status $status"; }
# expect_error WHAT PATTERN: it failed with one line on stderr, which says PATTERN.
expect_error() {
  ((status != 0)) || fail "$1: succeeded"
  [[ $(wc -l <"$work/err") == 1 ]] || fail "$1: stderr is not one line"
  grep -qE -- "$2" "$work/err" || fail "$1: stderr does not say '$2'"
}
expect_nothing_left() {
  compgen -G "$TUNDISH_DEPS_DIR/.tmp.*" >/dev/null && fail "$1: temporary folders are left"
  [[ ! -e $TUNDISH_DEPS_DIR/cmake ]] || fail "$1: something was published"
}
fresh_deps() {
  rm -rf "$work/deps"
  export TUNDISH_DEPS_DIR=$work/deps
}

# --- a copy of the scripts whose locks name small wheels made here ------------------------------------

mkdir -p "$work/scripts" "$work/wheels" "$work/bin"
cp -r "$source_dir/scripts/setup" "$source_dir/scripts/setup.d" "$work/scripts/"
setup=$work/scripts/setup
real_deps=${TUNDISH_DEPS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/tundish/deps}

python3 - "$work" <<'EOF'
import hashlib, pathlib, sys, zipfile
work = pathlib.Path(sys.argv[1])
def wheel(name, version, files):
    stem = name.replace("-", "_")
    path = work / "wheels" / f"{stem}-{version}-py3-none-any.whl"
    info = f"{stem}-{version}.dist-info/"
    files = dict(files)
    files[info + "METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files[info + "WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[info + "licenses/License.txt"] = "a licence"
    files[info + "RECORD"] = ""
    with zipfile.ZipFile(path, "w") as bundle:
        for member, text in files.items():
            bundle.writestr(member, text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
locks = work / "scripts" / "setup.d"
(locks / "cmake.requirements").write_text(
    wheel("cmake", "3.31.6", {"cmake/data/bin/cmake": "#!/bin/sh\necho made\n", "cmake/data/share/a": "b"}))
(locks / "cuda.requirements").write_text(
    wheel("nvidia-cuda-runtime-cu12", "12.9.79", {"nvidia/cuda_runtime/include/cuda.h": "// cuda"})
    + wheel("nvidia-cuda-nvcc-cu12", "12.9.86", {
        "nvidia/cuda_nvcc/include/crt/x.h": "", "nvidia/cuda_nvcc/nvvm/a": "", "nvidia/cuda_nvcc/bin/ptxas": ""})
    + wheel("nvidia-cuda-cccl-cu12", "12.9.27", {"nvidia/cuda_cccl/include/nv/target": ""}))
EOF
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$work/wheels PIP_CONFIG_FILE=/dev/null
export TUNDISH_IREE_COMPILER_LIB=/somewhere/libIREECompiler.so TUNDISH_IREE_SOURCE_DIR=/somewhere/iree

# Only these programs are found on $work/bin; a test takes one away.
for tool in awk bash cat cp date df dirname dpkg-query env find flock head ln ls mkdir mktemp mv readlink rm \
  sed sha256sum tail touch tr uname wc; do
  ln -s "$(command -v "$tool")" "$work/bin/$tool"
done
printf '#!/bin/sh\nexec %q "$@"\n' "$(python3 -c 'import sys; print(sys.executable)')" >"$work/bin/python3"
chmod +x "$work/bin/python3"

# --- the good path ------------------------------------------------------------------------------------

fresh_deps
mkdir -p "$work/deps/.tmp.killed"
"$setup" --skip-debian >"$work/first" 2>&1 &
first=$!
run "$setup" --skip-debian
expect_ok "one of two runs at once"
wait "$first" || fail "the other of two runs at once: $(cat "$work/first")"
[[ $("$work/deps/bin/cmake") == made ]] || fail "bin/cmake does not run"
[[ -f $work/deps/cuda/include/nv/target && -f $work/deps/cuda/include/cuda.h ]] || fail "the headers are not merged"
compgen -G "$work/deps/.tmp.*" >/dev/null && fail "temporary folders are left"

run env PATH="$work/bin" "$setup" --skip-debian --offline
expect_ok "second run, offline and without pip, cargo and apt-get"
grep -q 'Ready in' "$work/out" || fail "no summary"
run "$setup" --skip-debian --offline --quiet
[[ ! -s $work/out && ! -s $work/err ]] || fail "--quiet is not quiet"

rm "$work/deps/cuda/include/cuda.h"
run "$setup" --skip-debian
expect_ok "a damaged dependency is made again"
[[ -f $work/deps/cuda/include/cuda.h ]] || fail "a damaged dependency was not made again"

# --- each failure is one line, and leaves nothing half made --------------------------------------------

run "$setup" --with nonsense
expect_error "unknown group" "unknown group 'nonsense'.*vulkan, cross"
run "$setup" --nonsense
expect_error "unknown option" "unknown option '--nonsense'.*--help"

fresh_deps
run "$setup" --skip-debian --offline
expect_error "offline with nothing there" "cmake is not installed and --offline"

run env -u TUNDISH_IREE_SOURCE_DIR PATH="$work/bin" "$setup" --skip-debian
expect_error "no cargo" "'cargo' is missing: install it"
expect_nothing_left "no cargo"

printf '#!/bin/sh\n[ "$1$2" != -mpip ] && exec %q "$@"\n' "$(python3 -c 'import sys; print(sys.executable)')" >"$work/bin/python3"
run env PATH="$work/bin" "$setup" --skip-debian
expect_error "no pip" "'pip' is missing: install it"
rm "$work/bin/python3"
run env PATH="$work/bin" "$setup" --skip-debian
expect_error "no python3" "'python3' is missing"

rm "$work/bin/dpkg-query"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/dpkg-query"
chmod +x "$work/bin/dpkg-query"
ln -s "$(type -P true)" "$work/bin/python3"
run env PATH="$work/bin" "$setup"
expect_error "no apt-get" "'apt-get' is missing: .*ninja-build"
ln -s "$(type -P true)" "$work/bin/apt-get"
as_user=()
((EUID != 0)) || as_user=("$(type -P setpriv)" --reuid=65534 --clear-groups)
chmod 755 "$work"
mkdir -m 777 "$work/user"
if "${as_user[@]}" test -x "$setup" 2>/dev/null; then
  run env PATH="$work/bin" TUNDISH_DEPS_DIR="$work/user" "${as_user[@]}" "$setup"
  expect_error "neither root nor sudo" "needs root and there is no sudo: run 'apt-get install ninja-build"
else
  echo "not tested here (another user cannot read $work): neither root nor sudo"
fi
rm "$work/bin/dpkg-query"
run env PATH="$work/bin" "$setup"
expect_error "no dpkg-query" "'dpkg-query' is missing: .*--skip-debian"

printf '#!/bin/sh\necho installed ninja-build 1.9.0-1\n' >"$work/bin/dpkg-query"
chmod +x "$work/bin/dpkg-query"
run env PATH="$work/bin" "$setup"
expect_error "another upstream version" "ninja-build 1.9.0-1 is installed, Tundish is built with 1.11"

fresh_deps
run env PIP_FIND_LINKS="$work/empty" "$setup" --skip-debian
expect_error "failed download" "downloading cmake failed: .*check the network"
expect_nothing_left "failed download"

cp "$work/scripts/setup.d/cmake.requirements" "$work/saved"
sed -i 's/sha256:....../sha256:000000/' "$work/scripts/setup.d/cmake.requirements"
run "$setup" --skip-debian
expect_error "hash mismatch" "downloading cmake failed: .*(HASHES|hash|Got)"
expect_nothing_left "hash mismatch"
cp "$work/saved" "$work/scripts/setup.d/cmake.requirements"

printf 'not a folder' >"$work/file"
run env TUNDISH_DEPS_DIR="$work/file/deps" "$setup" --skip-debian
expect_error "dependency folder cannot be made" "cannot create .*set TUNDISH_DEPS_DIR"

if unshare -rm true 2>/dev/null; then
  mkdir -p "$work/small"
  # shellcheck disable=SC2016
  run unshare -rm bash -c 'mount -t tmpfs -o size=1m none "$1" && TUNDISH_DEPS_DIR=$1/deps "$2" --skip-debian' - "$work/small" "$setup"
  expect_error "full disk" "needs 250 MB in .* which has [01] MB free"
else
  echo "not tested here (no user namespaces): full disk"
fi

# --- the pieces ---------------------------------------------------------------------------------------

mkdir -p "$work/crate/c-1"
echo text >"$work/crate/c-1/a"
tar -C "$work/crate" -czf "$work/c.crate" c-1
run python3 "$source_dir/scripts/setup.d/unpack.py" --sha256 00 "$work/c.crate" "$work/unpacked" c-1/=
expect_error "crate with another hash" "SHA-256 is [0-9a-f]{64}, expected 00"
[[ ! -e $work/unpacked ]] || fail "a crate with another hash was unpacked"
run python3 "$source_dir/scripts/setup.d/unpack.py" "$work/c.crate" "$work/unpacked" c-1/=
[[ $(cat "$work/unpacked/a") == text ]] || fail "crate was not unpacked"
run python3 "$source_dir/scripts/setup.d/unpack.py" "$work/c.crate" "$work/unpacked" c-1/b=b
expect_error "missing member" "holds no c-1/b"
head -c 60 "$work/c.crate" >"$work/cut.crate"
run python3 "$source_dir/scripts/setup.d/unpack.py" "$work/cut.crate" "$work/unpacked" c-1/=
expect_error "truncated archive" "."

# Not run(): its standard input is what apt-cache says.
choose() {
  python3 "$source_dir/scripts/setup.d/choose_debian.py" "$@" <<<"$offered" >"$work/out" 2>"$work/err"
  status=$?
}
offered=$'Package: p\nVersion: 1:2.0-1+deb12u2\nSHA256: bb\n\nPackage: p\nVersion: 1:2.0-1\nSHA256: aa\nDescription: d\n more: m\n'
choose "p 1:2.0-1 aa"
[[ $status == 0 && $(cat "$work/out") == p=1:2.0-1 && ! -s $work/err ]] || fail "the locked version is not chosen"
choose "p 1:2.0-1 cc"
expect_error "package with another hash" "p 1:2.0-1 has SHA-256 aa .*debian.lock has cc"
choose "p 1:2.0-1+deb12u1 cc"
[[ $(cat "$work/out") == p=1:2.0-1+deb12u2 ]] || fail "the newest revision is not chosen"
grep -q 'notice: p 1:2.0-1+deb12u2 is installed in place of' "$work/err" || fail "no notice"
choose --newest "p 1:2.0-1 aa"
[[ $(cat "$work/out") == p=1:2.0-1+deb12u2 ]] || fail "--newest does not choose the newest"
choose "p 1:1.9-1 cc"
expect_error "another upstream version offered" "p 1:1.9-1 is not offered by apt \(offered: 1:2.0-1"
choose "p 1:2.9-1 cc 2."
[[ $(cat "$work/out") == p=1:2.0-1+deb12u2 ]] || fail "a version of the accepted series is not chosen"
choose "q 1-1 cc"
expect_error "package not offered" "offered: nothing"

# --- what is really installed on this machine -----------------------------------------------------------

if [[ -e $real_deps/bin/cmake ]]; then
  unset TUNDISH_IREE_COMPILER_LIB TUNDISH_IREE_SOURCE_DIR
  export TUNDISH_DEPS_DIR=$real_deps
  cut_off=()
  unshare -rn true 2>/dev/null && cut_off=(unshare -rn)
  began=$EPOCHREALTIME
  run "${cut_off[@]}" "$source_dir/scripts/setup"
  expect_ok "second run of the real set-up, without a network"
  took=$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }')
  echo "second run of the real set-up: $took s"
  awk -v t="$took" 'BEGIN { exit !(t < 2) }' || fail "the second run took $took s, 2 s are allowed"
fi

((failures == 0)) && echo "all is well"
exit $((failures > 0))
