// SPDX-License-Identifier: MPL-2.0
// The rules of the source tree, and where it breaks them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace polyform::architecture {

/// One place that breaks a rule.
struct Breach {
  std::filesystem::path file;  ///< relative to the root of the tree
  int line = 0;                ///< from 1
  std::string what;
};

/// "src/crystal/model.cpp:7: crystal may not include refine"
std::string to_string(const Breach& breach);

/// Reads the sources under `root` (src, include, tests, jobs, slurm) and reports, file by file:
/// - an include of a later layer or of a sibling, by the order of the layers;
/// - a library where it does not belong: MPI, FFTW's MPI part, gemmi, yaml-cpp,
/// Boost.Program_options;
/// - a call of MPI outside `parallel`, the world's communicator outside session.cpp;
/// - output to the terminal outside `app`;
/// - a first line that is not the licence, a second one that does not say what the file is;
/// - notes to oneself, and paths of the machine that a file was written on.
std::vector<Breach> breaches(const std::filesystem::path& root);

}  // namespace polyform::architecture
