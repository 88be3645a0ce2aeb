// SPDX-License-Identifier: MPL-2.0
// The MPI session of the process: started once, finished once, without a rank hanging.
#pragma once

#include "polyform/parallel/communicator.hpp"

namespace polyform::parallel {

/// MPI_Init on construction, MPI_Finalize on destruction. One a process.
class Session {
 public:
  Session(int& argc, char**& argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Communicator world() const;
  /// Ends every rank of the job with this code, for an error that could not be agreed upon.
  [[noreturn]] void abort(int code) const;
};

}  // namespace polyform::parallel
