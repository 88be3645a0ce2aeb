// SPDX-License-Identifier: MPL-2.0
// MPI_Init to MPI_Finalize.
#include "polyform/parallel/session.hpp"

#include <mpi.h>

namespace polyform::parallel {

Session::Session(int& argc, char**& argv) { MPI_Init(&argc, &argv); }
Session::~Session() { MPI_Finalize(); }

Communicator Session::world() const { return Communicator(MPI_COMM_WORLD); }

void Session::abort(int code) const {
  MPI_Abort(MPI_COMM_WORLD, code);
  __builtin_unreachable();
}

}  // namespace polyform::parallel
