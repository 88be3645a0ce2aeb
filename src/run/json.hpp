// SPDX-License-Identifier: MPL-2.0
// Records of a refinement as JSON objects; NaN becomes null.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "polyform/refine/journal.hpp"
#include "polyform/run/form_details.hpp"

namespace polyform::run {

using Json = nlohmann::ordered_json;

Json json_of(const refine::FormTerms& terms);
Json json_of(const targets::ShellAgreement& shell);
Json json_of(const targets::ScaleParameters& scales);
Json json_of(const restraints::Fit& fit);
Json json_of(const restraints::GeometryReport& geometry);
Json json_of(const refine::ErrorShell& shell);
Json json_of(const restraints::AnisotropicReport& report);
Json json_of(const refine::FormStatus& status);
Json json_of(const refine::StepRecord& record, const std::vector<std::string>& names);
Json json_of(const refine::CycleRecord& record, const std::vector<std::string>& names);
Json json_of(const refine::TrialRecord& record, const std::vector<std::string>& names);
Json json_of(const restraints::Outlier& outlier, const std::vector<std::string>& label);
Json json_of(const NcsState& state);
Json json_of(const std::vector<CycleFigures>& history);
Json json_of(const Violations& violations, const std::vector<std::string>& label);
Json json_of(const std::vector<restraints::BStatistics>& statistics);

}  // namespace polyform::run
