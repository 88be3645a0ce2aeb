// SPDX-License-Identifier: MPL-2.0
// The report as a page that wants its data.
#pragma once

namespace polyform::run {

/// src/run/report/page.html; "@data@" stands where summary.json goes.
extern const char* const report_template;

}  // namespace polyform::run
