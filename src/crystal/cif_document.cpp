// SPDX-License-Identifier: MPL-2.0
// Parsing CIF by gemmi.
#include "crystal/cif_document.hpp"

#include <gemmi/cif.hpp>

#include "polyform/base/error.hpp"

namespace polyform::crystal {

bool looks_like_cif(const std::string& content) {
  std::size_t at = 0;
  while (at < content.size()) {
    if (std::isspace(static_cast<unsigned char>(content[at])))
      ++at;
    else if (content[at] == '#')
      at = std::min(content.find('\n', at), content.size());
    else
      break;
  }
  return content.size() - at >= 5 && gemmi::iequal(content.substr(at, 5), "data_");
}

gemmi::cif::Document parse_cif(const std::string& content, const std::string& name) {
  try {
    return gemmi::cif::read_memory(content.data(), content.size(), name.c_str());
  } catch (const std::exception& error) {
    throw base::InputError("cannot read " + name + " as CIF: " + error.what() +
                           "; the file is damaged or cut off");
  }
}

}  // namespace polyform::crystal
