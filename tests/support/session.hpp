// SPDX-License-Identifier: MPL-2.0
// What tests know of where they run: the world's ranks and the directory of shared data.
#pragma once

#include <filesystem>
#include <string>

#include "polyform/parallel/communicator.hpp"

namespace polyform::test {

/// All ranks of this test program.
const parallel::Communicator& world();

/// $POLYFORM_SHARED, or ../shared beside the sources; may not exist.
std::filesystem::path shared();
/// Model and data of a case of the shared data.
std::filesystem::path shared_case(const std::string& name, const std::string& file);

/// A fresh directory for this test program, the same on every rank, removed at the end.
std::filesystem::path scratch();

}  // namespace polyform::test
