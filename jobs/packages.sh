# SPDX-License-Identifier: MPL-2.0
# Installs Debian packages that are not there yet; sourced by quickstart.sh and tests/run.sh.

# What building and the first refinement need.
build_packages="cmake g++ ninja-build zlib1g-dev libopenmpi-dev openmpi-bin libfftw3-dev
  libfftw3-mpi-dev libeigen3-dev gemmi-dev tao-pegtl-dev libyaml-cpp-dev libboost-program-options-dev
  libspdlog-dev nlohmann-json3-dev"
# Restraints, and the example's model and data.
example_packages="refmac-dictionary libcifpp-dev libpdb-redo-dev"
test_packages="catch2"

# install_packages NAME...: those that are missing, by apt-get, through sudo when not root.
install_packages() {
  missing=""
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "install ok installed" ||
      missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || {
      echo "These Debian packages are needed, and sudo is not here to install them:$missing" >&2
      return 1
    }
    as_root="sudo"
  fi
  echo "Installing$missing"
  $as_root apt-get update -q
  # Documentation of the two example packages holds the example: slim images leave it out otherwise.
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o 'Dpkg::Options::=--path-include=/usr/share/doc/libcifpp-dev/*' \
    -o 'Dpkg::Options::=--path-include=/usr/share/doc/libpdb-redo-dev/*' $missing
}

# require_example FILE PACKAGE: says what to do where an image left the documentation out.
require_example() {
  [ -r "$1" ] && return 0
  echo "$1 is missing although $2 is installed: this system leaves out documentation." >&2
  echo "Say: apt-get install --reinstall -o Dpkg::Options::='--path-include=/usr/share/doc/$2/*' $2" >&2
  return 1
}

# Open MPI refuses root and more ranks than cores unless told; both are fine here.
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export OMPI_MCA_rmaps_base_oversubscribe=1
