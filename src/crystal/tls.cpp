// SPDX-License-Identifier: MPL-2.0
// REMARK 3 lines of TLS groups.
#include "crystal/tls.hpp"

#include <cctype>
#include <cstdio>

#include "crystal/listing.hpp"

namespace polyform::crystal {
namespace {

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

bool states_residual_b(const gemmi::Structure& structure) {
  const auto says = [](const std::string& line) {
    return upper(line).find("RESIDUAL B FACTORS ONLY") != std::string::npos ||
           upper(line).find("RESIDUAL ONLY") != std::string::npos;
  };
  for (const std::string& remark : structure.raw_remarks)
    if (says(remark)) return true;
  for (const gemmi::RefinementInfo& refinement : structure.meta.refinement)
    if (says(refinement.remarks)) return true;
  return false;
}

std::string body_of(const std::string& remark) {
  return remark.size() > 10 ? remark.substr(10) : std::string();
}

}  // namespace

void correct_screw_tensors(gemmi::Structure& structure) {
  std::vector<gemmi::TlsGroup*> groups;
  for (gemmi::RefinementInfo& refinement : structure.meta.refinement)
    for (gemmi::TlsGroup& group : refinement.tls_groups) groups.push_back(&group);
  std::size_t n = 0;
  for (const std::string& remark : structure.raw_remarks) {
    if (remark.compare(0, 10, "REMARK   3") != 0) continue;
    if (remark.find("TLS GROUP :") != std::string::npos) ++n;
    if (n == 0 || n > groups.size()) continue;
    for (std::size_t at = 10; (at = remark.find('S', at)) != std::string::npos; ++at) {
      int row = 0, column = 0;
      double value = 0;
      if (std::sscanf(remark.c_str() + at, "S%1d%1d:%lf", &row, &column, &value) == 3 && row >= 1 &&
          row <= 3 && column >= 1 && column <= 3)
        groups[n - 1]->S[row - 1][column - 1] = value;
    }
  }
}

void report_tls(const gemmi::Structure& structure, const std::string& source, base::Log& log) {
  std::size_t groups = 0;
  for (const gemmi::RefinementInfo& refinement : structure.meta.refinement)
    groups += refinement.tls_groups.size();
  const bool residual = states_residual_b(structure);
  if (groups)
    log.info(source + ": " + counted(groups, "TLS group") +
             "; the records are kept in the header as they are, B and U are taken from the atoms");
  if (residual)
    log.warning(source +
                ": its header says that B values are residual (without TLS); they are "
                "taken as they stand, so add the TLS part first (tlsanl, or refmac with "
                "'tlsout addu') for a fair start");
}

std::vector<std::string> tls_lines(const std::vector<std::string>& remarks) {
  std::vector<std::string> lines;
  bool inside = false, any_group = false;
  for (const std::string& remark : remarks) {
    if (remark.compare(0, 10, "REMARK   3") != 0) continue;
    const std::string body = body_of(remark);
    const bool starts_section = body.size() > 2 && body[0] == ' ' && body[1] == ' ' &&
                                std::isalpha(static_cast<unsigned char>(body[2]));
    if (starts_section || body.find("TLS DETAILS") != std::string::npos)
      inside = body.find("TLS DETAILS") != std::string::npos;
    if (!inside) continue;
    any_group = any_group || body.find("TLS GROUP :") != std::string::npos;
    lines.push_back(remark);
  }
  return any_group ? lines : std::vector<std::string>{};
}

}  // namespace polyform::crystal
