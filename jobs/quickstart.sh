#!/bin/sh
# SPDX-License-Identifier: MPL-2.0
# From a fresh Debian 12 to a refined structure: packages, build, 1CBS on two ranks.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
. "$here/packages.sh"

model=/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz
data=/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz
# $build_packages and $example_packages are lists of words.
install_packages $build_packages $example_packages
require_example "$model" libcifpp-dev
require_example "$data" libpdb-redo-dev

build=${POLYFORM_BUILD:-$root/build}
if [ -f "$build/CMakeCache.txt" ]; then
  cmake -S "$root" -B "$build" > /dev/null
else
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DPOLYFORM_TESTS=OFF > /dev/null
fi
cmake --build "$build" --target polyform

echo "Refining 1CBS (cellular retinoic acid binding protein II, 1.8 A) on two ranks"
mpirun -np 2 "$build/polyform" refine "$here/1cbs.yaml"
