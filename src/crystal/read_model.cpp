// SPDX-License-Identifier: MPL-2.0
// Model files: which format, which checks, in which order.
#include <gemmi/mmcif.hpp>
#include <gemmi/pdb.hpp>
#include <gemmi/remarks.hpp>

#include "crystal/cif_document.hpp"
#include "crystal/elements.hpp"
#include "crystal/entities.hpp"
#include "crystal/file_content.hpp"
#include "crystal/listing.hpp"
#include "crystal/model_atoms.hpp"
#include "crystal/model_check.hpp"
#include "crystal/old_names.hpp"
#include "crystal/pdb_text.hpp"
#include "crystal/scale_records.hpp"
#include "crystal/tls.hpp"
#include "polyform/base/error.hpp"
#include "polyform/crystal/model.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;

std::string what_it_is_instead(const std::string& content) {
  if (content.compare(0, 4, "MTZ ") == 0) return "it is an MTZ file of reflections";
  if (share_of_binary(content) > 0.02) return "it is a binary file";
  if (content.find("_refln.index_h") != std::string::npos) return "it holds reflections, no atoms";
  if (content.find("_chem_comp_atom.") != std::string::npos) return "it is a dictionary of ligands";
  return "it holds no ATOM, HETATM or _atom_site records";
}

[[noreturn]] void not_a_model(const std::string& content, const std::string& source) {
  throw InputError("cannot read " + source + " as a model: " + what_it_is_instead(content) +
                   "; give a PDB or mmCIF file, plain or .gz");
}

void read_pdb(const std::string& content, Model& model, base::Log& log) {
  if (!has_atom_records(content) || share_of_binary(content) > 0.02)
    not_a_model(content, model.source);
  const std::string text = checked_pdb_text(content, model.source, log);
  model.structure = gemmi::read_pdb_string(text, model.source);
  model.source_records = records_beside_gemmi(text);
  gemmi::read_metadata_from_remarks(model.structure);
  correct_screw_tensors(model.structure);
}

void warn_of_missing_b(gemmi::cif::Block& block, const std::string& source, base::Log& log) {
  std::size_t missing = 0;
  for (const std::string& value : block.find_values("_atom_site.B_iso_or_equiv"))
    missing += gemmi::cif::is_null(value) ? 1 : 0;
  if (missing)
    log.warning(source + ": " + counted(missing, "atom") + " without a B; 50 A^2 is taken");
}

void read_cif(const std::string& content, Model& model, base::Log& log) {
  gemmi::cif::Document document = parse_cif(content, model.source);
  for (gemmi::cif::Block& block : document.blocks)
    if (block.has_tag("_atom_site.Cartn_x")) {
      warn_of_missing_b(block, model.source, log);
      model.structure = gemmi::make_structure_from_block(block);
      block.find_mmcif_category("_atom_site.").erase();
      block.find_mmcif_category("_atom_site_anisotrop.").erase();
      model.source_block = std::make_shared<const gemmi::cif::Block>(std::move(block));
      return;
    }
  not_a_model(content, model.source);
}

}  // namespace

Model read_model(const std::filesystem::path& path, const ModelOptions& options, base::Log& log) {
  const std::string content = read_file(path);
  Model model;
  model.source = path.string();
  try {
    if (looks_like_cif(content))
      read_cif(content, model, log);
    else
      read_pdb(content, model, log);
    if (model.structure.models.size() == 1) {
      to_standard_frame(model.structure, model.source, log);
      modernise_names(model.structure, model.source, log);
      correct_elements(model.structure, model.source, log);
      set_up_entities(model.structure);
    }
    check_structure(model.structure, model.source, log);
  } catch (const base::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError("cannot read " + model.source + ": " + error.what());
  }
  report_tls(model, log);
  model.structure.name = path.stem().string();
  (void)options;
  flatten(model);
  return model;
}

}  // namespace polyform::crystal
