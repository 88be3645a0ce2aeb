// SPDX-License-Identifier: MPL-2.0
// Small helpers for messages: printf-like formatting and the nearest of some names.
#pragma once

#include <string>
#include <vector>

namespace polyform::base {

/// snprintf into a std::string.
[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...);

/// The candidate with the smallest edit distance to `name`, or "" when none is near
/// (distance above a third of the name's length plus one).
std::string nearest(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace polyform::base
