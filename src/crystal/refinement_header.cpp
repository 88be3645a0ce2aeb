// SPDX-License-Identifier: MPL-2.0
// REMARK 3 and its gemmi counterpart.
#include "crystal/refinement_header.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

using base::format;

gemmi::RefinementInfo refinement_info(const RefinementRecord& record) {
  gemmi::RefinementInfo info;
  info.id = "X-RAY DIFFRACTION";
  info.resolution_high = record.d_min;
  info.resolution_low = record.d_max;
  info.completeness = record.completeness;
  info.reflection_count = static_cast<int>(record.n_work + record.n_test);
  info.r_work = record.r_work;
  if (record.n_test > 0) {
    info.rfree_set_count = static_cast<int>(record.n_test);
    info.r_free = record.r_free;
    info.cross_validation_method = "THROUGHOUT";
  }
  info.mean_b = record.b_mean;
  const auto& b = record.b_aniso;
  info.aniso_b = gemmi::Mat33(b[0], b[3], b[4], b[3], b[1], b[5], b[4], b[5], b[2]);
  info.restr_stats.emplace_back("bond");
  info.restr_stats.back().dev_ideal = record.rmsd_bond;
  info.restr_stats.emplace_back("angle");
  info.restr_stats.back().dev_ideal = record.rmsd_angle;
  return info;
}

void replace_refinement_software(gemmi::Metadata& meta, const RefinementRecord& record) {
  auto& software = meta.software;
  software.erase(std::remove_if(software.begin(), software.end(),
                                [](const gemmi::SoftwareItem& item) {
                                  return item.classification == gemmi::SoftwareItem::Refinement;
                                }),
                 software.end());
  gemmi::SoftwareItem own;
  own.name = record.program;
  own.version = record.version;
  own.classification = gemmi::SoftwareItem::Refinement;
  software.push_back(own);
  int ordinal = 0;
  for (gemmi::SoftwareItem& item : software) item.pdbx_ordinal = ++ordinal;
}

}  // namespace

gemmi::Structure structure_to_write(const Model& model, const Crystal& crystal,
                                    const RefinementRecord& record) {
  gemmi::Structure structure = model.structure;
  structure.cell = crystal.cell;
  structure.spacegroup_hm = crystal.space_group->pdb_name();
  structure.resolution = record.d_min;
  structure.setup_cell_images();
  gemmi::RefinementInfo info = refinement_info(record);
  for (gemmi::RefinementInfo& old : structure.meta.refinement)
    gemmi::vector_move_extend(info.tls_groups, std::move(old.tls_groups));
  structure.meta.refinement = {info};
  replace_refinement_software(structure.meta, record);
  return structure;
}

std::vector<std::string> remark_3(const RefinementRecord& r, const std::vector<std::string>& tls) {
  std::vector<std::string> lines;
  const auto say = [&](const std::string& text) { lines.push_back("REMARK   3" + text); };
  say("");
  say(" REFINEMENT.");
  say("   PROGRAM     : " + r.program + " " + r.version);
  say("   TARGET      : " + r.target);
  say("");
  say("  DATA USED IN REFINEMENT.");
  say(format("   RESOLUTION RANGE HIGH (ANGSTROMS) : %7.2f", r.d_min));
  say(format("   RESOLUTION RANGE LOW  (ANGSTROMS) : %7.2f", r.d_max));
  say(format("   COMPLETENESS FOR RANGE        (%%) : %7.2f", r.completeness));
  say(format("   NUMBER OF REFLECTIONS             : %7ld", r.n_work + r.n_test));
  say("");
  say("  FIT TO DATA USED IN REFINEMENT.");
  say(std::string("   CROSS-VALIDATION METHOD          : ") + (r.n_test ? "THROUGHOUT" : "NONE"));
  say(format("   R VALUE            (WORKING SET) : %7.4f", r.r_work));
  say(std::isnan(r.r_free) || r.n_test == 0
          ? std::string("   FREE R VALUE                     : NULL")
          : format("   FREE R VALUE                     : %7.4f", r.r_free));
  say(format("   FREE R VALUE TEST SET COUNT      : %7ld", r.n_test));
  say("");
  say("  B VALUES.");
  say(format("   MEAN B VALUE      (OVERALL, A**2) : %7.2f", r.b_mean));
  say("   OVERALL ANISOTROPIC B VALUE.");
  const char* names[] = {"B11", "B22", "B33", "B12", "B13", "B23"};
  for (std::size_t i = 0; i < 6; ++i) say(format("    %s (A**2) : %8.3f", names[i], r.b_aniso[i]));
  say("");
  say("  BULK SOLVENT MODELING.");
  say("   METHOD USED : FLAT BULK SOLVENT MODEL");
  say(format("   KSOL        : %7.3f", r.k_sol));
  say(format("   BSOL        : %7.2f", r.b_sol));
  say("");
  say("  RMS DEVIATIONS FROM IDEAL VALUES.");
  say(format("   BOND LENGTHS                 (A) : %7.4f", r.rmsd_bond));
  say(format("   BOND ANGLES            (DEGREES) : %7.3f", r.rmsd_angle));
  say("");
  if (!tls.empty())
    say("  TLS GROUPS OF THE SOURCE, KEPT AS THEY WERE; B VALUES ARE OF THE ATOMS.");
  lines.insert(lines.end(), tls.begin(), tls.end());
  for (std::string& line : lines) line.resize(80, ' ');
  return lines;
}

}  // namespace polyform::crystal
