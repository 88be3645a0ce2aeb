// SPDX-License-Identifier: MPL-2.0
// MPI_Init to MPI_Finalize.
#include "polyform/parallel/session.hpp"

#include <mpi.h>

#include <cstdlib>

namespace polyform::parallel {
namespace {

// Open MPI starts a daemon for a program that no launcher has started, so that it could spawn
// others. One that does not spawn can do without it, and begins 0.1 s sooner.
void do_without_daemon() {
  for (const char* launched : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"})
    if (std::getenv(launched)) return;
  setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
}

}  // namespace

Session::Session(int& argc, char**& argv) {
  do_without_daemon();
  MPI_Init(&argc, &argv);
}
Session::~Session() { MPI_Finalize(); }

Communicator Session::world() const { return Communicator(MPI_COMM_WORLD); }

void Session::abort(int code) const {
  MPI_Abort(MPI_COMM_WORLD, code);
  __builtin_unreachable();
}

}  // namespace polyform::parallel
