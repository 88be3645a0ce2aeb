// SPDX-License-Identifier: MPL-2.0
// Ranks of PDB records, and CONECT.
#include "crystal/pdb_records.hpp"

#include <algorithm>
#include <cstdlib>

#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

// Order of the PDB format 3.3; a REMARK's number is added to its rank.
long rank(const std::string& line) {
  static const std::vector<std::string> order = {
      "HEADER", "OBSLTE", "TITLE ", "SPLIT ", "CAVEAT", "COMPND", "SOURCE", "KEYWDS", "EXPDTA",
      "NUMMDL", "MDLTYP", "AUTHOR", "REVDAT", "SPRSDE", "JRNL  ", "REMARK", "DBREF",  "SEQADV",
      "SEQRES", "MODRES", "HET   ", "HETNAM", "HETSYN", "FORMUL", "HELIX ", "SHEET ", "SSBOND",
      "LINK",   "CISPEP", "SITE  ", "CRYST1", "ORIGX",  "SCALE",  "MTRIX"};
  for (std::size_t i = 0; i < order.size(); ++i)
    if (line.compare(0, order[i].size(), order[i]) == 0) {
      const long remark = order[i] == "REMARK" ? std::atol(line.substr(6, 4).c_str()) : 0;
      return 10000 * static_cast<long>(i) + remark;
    }
  return 10000 * static_cast<long>(order.size());
}

}  // namespace

std::vector<std::string> ordered_header(std::vector<std::string> written,
                                        const std::vector<std::string>& added) {
  written.insert(written.end(), added.begin(), added.end());
  std::stable_sort(written.begin(), written.end(),
                   [](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  return written;
}

std::vector<std::string> renumbered_conect(const std::vector<std::string>& records,
                                           const std::map<int, int>& new_of_old) {
  std::vector<std::string> result;
  for (const std::string& record : records) {
    if (record.compare(0, 6, "CONECT") != 0) continue;
    std::string line = "CONECT";
    for (std::size_t at = 6; at + 5 <= std::min<std::size_t>(record.size(), 31); at += 5) {
      const auto found = new_of_old.find(std::atoi(record.substr(at, 5).c_str()));
      if (found == new_of_old.end() || found->second > 99999) {
        if (at == 6) break;  // the atom itself is gone
        continue;
      }
      line += base::format("%5d", found->second);
    }
    if (line.size() <= 11) continue;
    line.resize(80, ' ');
    result.push_back(line);
  }
  return result;
}

}  // namespace polyform::crystal
