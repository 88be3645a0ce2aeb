#!/bin/sh
# SPDX-License-Identifier: MPL-2.0
# Installs what the tests need, builds, and runs every test; ctest's summary closes the output.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/jobs/packages.sh"
install_packages $build_packages $example_packages $test_packages

build=${POLYFORM_BUILD:-$root/build}
if [ -f "$build/CMakeCache.txt" ]; then
  cmake -S "$root" -B "$build" -DPOLYFORM_TESTS=ON > /dev/null
else
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release > /dev/null
fi
cmake --build "$build"
exec ctest --test-dir "$build" --output-on-failure -j "$(nproc)" "$@"
