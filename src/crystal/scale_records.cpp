// SPDX-License-Identifier: MPL-2.0
// From a file's Cartesian frame to the standard one.
#include "crystal/scale_records.hpp"

#include <cmath>

namespace polyform::crystal {
namespace {

// |m - n|, largest element.
double difference(const gemmi::Mat33& m, const gemmi::Mat33& n) {
  double largest = 0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) largest = std::max(largest, std::abs(m[i][j] - n[i][j]));
  return largest;
}

void move_atoms(gemmi::Structure& structure, const gemmi::Transform& frame) {
  for (gemmi::Chain& chain : structure.models[0].chains)
    for (gemmi::Residue& residue : chain.residues)
      for (gemmi::Atom& atom : residue.atoms) {
        atom.pos = gemmi::Position(frame.apply(atom.pos));
        if (!atom.aniso.nonzero()) continue;
        const auto u = atom.aniso.transformed_by(frame.mat);
        atom.aniso = {static_cast<float>(u.u11), static_cast<float>(u.u22),
                      static_cast<float>(u.u33), static_cast<float>(u.u12),
                      static_cast<float>(u.u13), static_cast<float>(u.u23)};
      }
}

}  // namespace

void to_standard_frame(gemmi::Structure& structure, const std::string& source, base::Log& log) {
  const gemmi::UnitCell& cell = structure.cell;
  if (!cell.explicit_matrices || structure.models.empty()) return;
  const gemmi::UnitCell standard(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma);
  // x -> fractional by the file -> Cartesian by the convention
  const gemmi::Transform frame = standard.orth.combine(cell.frac);
  const gemmi::Mat33 identity;
  const bool rounding = difference(frame.mat, identity) < 0.01 && frame.vec.length() < 0.1;
  const bool rigid = difference(frame.mat.multiply(frame.mat.transpose()), identity) < 0.02;
  if (!rounding && rigid) {
    move_atoms(structure, frame);
    log.warning(source +
                ": SCALE records define another Cartesian frame; coordinates are turned into "
                "the standard one, and are written so");
  } else if (!rounding) {
    log.warning(source + ": SCALE records contradict the cell of CRYST1; CRYST1 counts");
  }
  structure.cell = standard;
  structure.setup_cell_images();
}

}  // namespace polyform::crystal
