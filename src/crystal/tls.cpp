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

bool says_residual(const std::string& text) {
  const std::string line = upper(text);
  return line.find("RESIDUAL B FACTORS ONLY") != std::string::npos ||
         line.find("RESIDUAL ONLY") != std::string::npos;
}

bool states_residual_b(const Model& model) {
  for (const std::string& remark : model.structure.raw_remarks)
    if (says_residual(remark)) return true;
  if (!model.source_block) return false;
  gemmi::cif::Block block = *model.source_block;
  for (const std::string& details : block.find_values("_refine.details"))
    if (says_residual(details)) return true;
  return false;
}

// gemmi reads TLS groups of PDB files; of mmCIF files they stay in the block.
std::size_t count_groups(const Model& model) {
  std::size_t groups = 0;
  for (const gemmi::RefinementInfo& refinement : model.structure.meta.refinement)
    groups += refinement.tls_groups.size();
  if (groups || !model.source_block) return groups;
  gemmi::cif::Block block = *model.source_block;
  return static_cast<std::size_t>(block.find_values("_pdbx_refine_tls.id").length());
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

void report_tls(const Model& model, base::Log& log) {
  const std::size_t groups = count_groups(model);
  if (groups)
    log.info(model.source + ": " + counted(groups, "TLS group") +
             "; the records are kept in the header as they are, B and U are taken from the atoms");
  if (states_residual_b(model))
    log.warning(model.source +
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
