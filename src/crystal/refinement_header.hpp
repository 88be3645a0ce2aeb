// SPDX-License-Identifier: MPL-2.0
// What a model's header says of its refinement, as text and as gemmi's metadata.
#pragma once

#include <gemmi/model.hpp>
#include <string>
#include <vector>

#include "polyform/crystal/write_files.hpp"

namespace polyform::crystal {

/// A copy of the model's structure with the crystal's cell and symmetry, and this refinement in
/// meta.refinement and meta.software in place of the source's. The source's TLS groups are kept.
gemmi::Structure structure_to_write(const Model& model, const Crystal& crystal,
                                    const RefinementRecord& record);

/// Lines of REMARK 3, 80 columns each, without line ends. tls: lines kept from the source.
std::vector<std::string> remark_3(const RefinementRecord& record,
                                  const std::vector<std::string>& tls);

}  // namespace polyform::crystal
