#!/bin/sh
# Installs into a prefix, moves the prefix, and uses it from there: the program, and an outside C++20
# project that finds the package. Usage: install_test.sh CMAKE BUILD_FOLDER SOURCE_FOLDER CXX C iree|no-iree
set -eu
cmake=$1 build=$2 source=$3 cxx=$4 c=$5 mode=$6
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "install_test: $*"; exit 1; }

"$cmake" --install "$build" --prefix "$scratch/first" > "$scratch/install.log" 2>&1 ||
  { cat "$scratch/install.log"; fail "cmake --install failed"; }
mkdir "$scratch/other"
mv "$scratch/first" "$scratch/other/moved"
prefix=$scratch/other/moved

# Whoever starts the child must start the one beside it, not the one in the build folder.
host=$prefix/libexec/tundish/tundish-host
[ -x "$host" ] || fail "no libexec/tundish/tundish-host"
mv "$host" "$host.real"
printf '#!/bin/sh\n: > "%s"\nexec "%s"\n' "$scratch/host-was-started" "$host.real" > "$host"
chmod +x "$host"
unset TUNDISH_HOST

version=$("$prefix/bin/tundish" --version) || fail "tundish --version failed"
echo "$version" | grep -q '[0-9]\.[0-9]' || fail "tundish --version printed: $version"
[ -f "$prefix/share/tundish/schema/compile_config.schema.json" ] || fail "no schema"
for file in "$prefix/bin/tundish" "$host.real" "$prefix/lib/libtundish.so"; do
  foreign=$(ldd "$file" | grep -v -E \
    'linux-vdso|lib(stdc\+\+|m|gcc_s|c|pthread|dl|rt|atomic)\.so|ld-linux' || true)
  [ -z "$foreign" ] || fail "$file needs what may be missing elsewhere:" "$foreign"
done
if grep -rl "$build\|$source" "$prefix/lib/cmake"; then fail "the package names the build's folders"; fi

"$cmake" -S "$source/tests/install/project" -B "$scratch/outside" -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_C_COMPILER="$c" > "$scratch/configure.log" 2>&1 ||
  { cat "$scratch/configure.log"; fail "the outside project does not configure"; }
"$cmake" --build "$scratch/outside" > "$scratch/build.log" 2>&1 ||
  { cat "$scratch/build.log"; fail "the outside project does not build"; }

output=$("$scratch/outside/outside" "$source/models/elementwise.mlir" 2>&1) || result=$?
if [ "$mode" = iree ]; then
  [ "${result:-0}" = 0 ] || fail "the outside program failed: $output"
  echo "$output" | grep -q '^2 4 6 8 10 12 14 16 18 20 $' || fail "the outside program printed: $output"
  [ -e "$scratch/host-was-started" ] || fail "the outside program did not start the installed tundish-host"
else
  echo "$output" | grep -q UNIMPLEMENTED || fail "without IREE the outside program printed: $output"
fi
