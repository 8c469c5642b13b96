#!/bin/sh
# libtundish.so exports the C ABI and the C++ names of Tundish; IREE's, OpenSSL's and others' stay
# inside, so that a program may have its own copies. Usage: exports_test.sh LIBRARY
set -eu
exported=$(nm -D --defined-only -C "$1" | cut -d' ' -f3-)
echo "$exported" | grep -qx 'tundish_toolkit_compile' || { echo "the C ABI is not exported"; exit 1; }
echo "$exported" | grep -q '^tundish::Toolkit::create' || { echo "C++ is not exported"; exit 1; }
foreign=$(echo "$exported" | grep -v -e '^tundish_' -e '^tundish::' \
  -e '^\(typeinfo\|typeinfo name\|vtable\|VTT\) for tundish::' || true)
if [ -n "$foreign" ]; then
  echo "exported, but not Tundish's:"
  echo "$foreign" | head -20
  exit 1
fi
