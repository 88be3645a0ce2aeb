// SPDX-License-Identifier: MPL-2.0
// What a file holds, by its content.
#include "polyform/crystal/file_kind.hpp"

#include "crystal/file_content.hpp"
#include "polyform/base/error.hpp"

namespace polyform::crystal {

FileKind kind_of_file(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  const auto has = [&](const char* text) { return content.find(text) != std::string::npos; };
  if (content.starts_with("MTZ ")) return FileKind::reflections;
  const bool text = share_of_binary(content) < 0.02;
  if (text && has("_atom_site.Cartn_x")) return FileKind::model;
  if (text && has("_refln.index_h")) return FileKind::reflections;
  if (text && (content.starts_with("ATOM  ") || content.starts_with("HETATM") || has("\nATOM  ") ||
               has("\nHETATM")))
    return FileKind::model;
  throw base::InputError(path.string() +
                         " is neither a model (PDB, mmCIF) nor reflections (MTZ, mmCIF)");
}

}  // namespace polyform::crystal
