// SPDX-License-Identifier: MPL-2.0
// TLS groups in the header of a model: read, reported and kept.
#pragma once

#include <gemmi/model.hpp>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/crystal/model.hpp"

namespace polyform::crystal {

/// gemmi takes the S tensors of REMARK 3 for symmetric, which they are not: reads them again from
/// the structure's remarks.
void correct_screw_tensors(gemmi::Structure& structure);

/// What the header says of TLS, stated in the log: the records are kept, B values are taken as they
/// stand, and a file whose B values are residual is warned of.
void report_tls(const Model& model, base::Log& log);

/// Lines of REMARK 3 that describe TLS groups.
std::vector<std::string> tls_lines(const std::vector<std::string>& remarks);

}  // namespace polyform::crystal
