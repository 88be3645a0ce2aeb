// SPDX-License-Identifier: MPL-2.0
// Records of a refinement as JSON objects; NaN becomes null.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "polyform/refine/journal.hpp"

namespace polyform::run {

using Json = nlohmann::ordered_json;

Json json_of(const refine::FormTerms& terms);
Json json_of(const targets::ShellAgreement& shell);
Json json_of(const targets::ScaleParameters& scales);
Json json_of(const restraints::Fit& fit);
Json json_of(const restraints::GeometryReport& geometry);
Json json_of(const refine::FormStatus& status);
Json json_of(const refine::StepRecord& record, const std::vector<std::string>& names);
Json json_of(const refine::CycleRecord& record, const std::vector<std::string>& names);
Json json_of(const restraints::Outlier& outlier, const std::vector<std::string>& label);

}  // namespace polyform::run
