// SPDX-License-Identifier: MPL-2.0
// Models as mmCIF files.
#include <gemmi/to_cif.hpp>
#include <gemmi/to_mmcif.hpp>

#include <cmath>
#include <sstream>

#include "crystal/refinement_header.hpp"
#include "polyform/base/atomic_file.hpp"
#include "polyform/base/text.hpp"
#include "polyform/crystal/write_files.hpp"

namespace polyform::crystal {
namespace {

using gemmi::cif::Block;

// Of an mmCIF source every category stays as it is, but those that refinement makes; what it lacks
// is written by gemmi.
gemmi::MmcifOutputGroups groups_for(Block& source) {
  gemmi::MmcifOutputGroups groups(true);
  const auto lacks = [&](const char* category) {
    return source.find_mmcif_category(category).width() == 0;
  };
  groups.block_name = false;
  groups.entry = lacks("_entry.");
  groups.database_status = lacks("_pdbx_database_status.");
  groups.author = lacks("_audit_author.");
  groups.entity = lacks("_entity.");
  groups.entity_poly_seq = lacks("_entity_poly_seq.");
  groups.struct_ref = lacks("_struct_ref.");
  groups.chem_comp = lacks("_chem_comp.");
  groups.exptl = lacks("_exptl.");
  groups.diffrn = lacks("_diffrn.");
  groups.reflns = lacks("_reflns.");
  groups.title_keywords = lacks("_struct.");
  groups.ncs = lacks("_struct_ncs_oper.");
  groups.struct_asym = lacks("_struct_asym.");
  groups.origx = lacks("_database_PDB_matrix.");
  groups.struct_conf = lacks("_struct_conf.");
  groups.struct_sheet = lacks("_struct_sheet.");
  groups.struct_biol = lacks("_struct_biol.");
  groups.assembly = lacks("_pdbx_struct_assembly.");
  groups.cis = lacks("_struct_mon_prot_cis.");
  return groups;
}

void add_to_refine(Block& block, const RefinementRecord& record) {
  gemmi::cif::Loop* loop = block.find_loop("_refine.entry_id").get_loop();
  if (!loop || loop->length() != 1) return;
  const auto add = [&](const char* tag, const std::string& value) {
    loop->tags.push_back(std::string("_refine.") + tag);
    loop->values.push_back(gemmi::cif::quote(value));
  };
  add("ls_number_reflns_R_work", std::to_string(record.n_work));
  add("pdbx_stereochemistry_target_values", record.target);
  add("solvent_model_details", "FLAT BULK SOLVENT MODEL");
  add("solvent_model_param_ksol", base::format("%.4f", record.k_sol));
  add("solvent_model_param_bsol", base::format("%.3f", record.b_sol));
}

}  // namespace

void write_mmcif(const Model& model, const Crystal& crystal, const RefinementRecord& record,
                 const std::filesystem::path& path) {
  const gemmi::Structure structure = structure_to_write(model, crystal, record);
  Block block;
  gemmi::MmcifOutputGroups groups(true);
  if (model.source_block) {
    block = *model.source_block;
    groups = groups_for(block);
    // Of the refinement before this one; no longer true.
    for (const char* category :
         {"_refine_hist.", "_refine_ls_restr_ncs.", "_refine_ls_shell.", "_refine_analyze.",
          "_refine_ls_restr.", "_refine_B_iso.", "_refine_occupancy.", "_atom_site_anisotrop."})
      block.find_mmcif_category(category).erase();
  }
  groups.group_pdb = true;
  gemmi::update_mmcif_block(structure, block, groups);
  add_to_refine(block, record);
  std::ostringstream stream;
  gemmi::cif::write_cif_block_to_stream(stream, block, gemmi::cif::Style::PreferPairs);
  base::write_atomically(path, stream.str());
}

}  // namespace polyform::crystal
