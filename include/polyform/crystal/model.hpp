// SPDX-License-Identifier: MPL-2.0
// The model of one crystal form: gemmi's structure, all of whose atoms and records are kept, and
// the flat atoms taken from it.
#pragma once

#include <filesystem>
#include <gemmi/cifdoc.hpp>
#include <gemmi/model.hpp>
#include <memory>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/base/option.hpp"
#include "polyform/crystal/atoms.hpp"
#include "polyform/crystal/crystal.hpp"

namespace polyform::crystal {

struct ModelOptions {
  std::string hydrogens = "riding";
  std::string anisotropic = "auto";
  double special_position_distance = 0.5;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("hydrogens", hydrogens,
          {.sentence =
               "Hydrogens: put where the dictionary says and riding on their parents in F_calc "
               "(those of the model are left out), the model's own kept as they are, or none "
               "(ignore)",
           .choices = {"riding", "keep", "ignore"}});
    visit("anisotropic", anisotropic,
          {.sentence =
               "Anisotropic U of the model: refined, and atoms that have none made "
               "anisotropic, too (refine); kept; made isotropic; or (auto) as with refine where "
               "13 work reflections an atom reach 1.8 A, else refined of atoms that have "
               "it where the data reach 1.5 A, else made isotropic",
           .choices = {"auto", "refine", "keep", "isotropic"}});
    visit("special_position_distance", special_position_distance,
          {.sentence = "Atoms nearer than this to their symmetry mate lie on the symmetry element; "
                       "waters and ions too full for their mates lie there from 1.2 A on, unless "
                       "this is 0",
           .unit = "A",
           .range = {0, 1}});
  }
};

/// A model as read. Atom i of `atoms` is the i-th atom of the structure's only model, in gemmi's
/// order (chain, residue, atom).
struct Model {
  gemmi::Structure structure;
  std::string source;  ///< file name, for messages
  Atoms atoms;
  std::vector<std::string> label;  ///< "A/LYS 42A/CA.B" of each atom, for messages and reports
  std::vector<std::string> source_records;  ///< PDB records that gemmi's structure does not hold
  std::shared_ptr<const gemmi::cif::Block> source_block;  ///< mmCIF source without its atoms
};

/// Reads a PDB or mmCIF file, plain or .gz, by its content rather than its name. Old PDB names of
/// nucleotides and sugars (O2*, ADE, CYT, GUA, URI ...) are brought to today's. Throws InputError
/// for: no such file, damaged .gz, no atoms, more than one model, coordinates or B that are not
/// finite, B below 0, occupancies outside [0, 2] (above 1.01 is a warning), two atoms of the same
/// name in one residue and conformer, unknown elements, copies left to MTRIX records. TLS records
/// stay in the header, B is taken as it stands. Not collective.
Model read_model(const std::filesystem::path& path, const ModelOptions& options, base::Log& log);

/// The crystal the model's file states (CRYST1 or _cell/_symmetry). Throws InputError without one.
/// Not collective.
Crystal crystal_of(const Model& model);

/// Decides whose cell counts. Differences below 0.5 % in lengths and 0.5 degrees in angles are
/// logged as a warning and the data's cell is used, with Cartesian coordinates kept; larger ones,
/// or another space group (other settings of the same group included), throw InputError with both.
/// Not collective.
Crystal agree_on_crystal(const Model& model, const Crystal& of_data, const std::string& data_source,
                         base::Log& log);

/// Finds atoms on special positions in `crystal`, moves them onto the symmetry element (by less
/// than the distance that counts; lone atoms whose occupancy x order exceeds 1.01, from 1.2 A on),
/// fills atoms.special and atoms.weight, treats hydrogens and
/// anisotropic atoms as `options` say (d_min [A] decides for `auto`), and says in the log what it
/// did. Changes model.structure accordingly. Weight: where occupancy x order exceeds 1.01 (summed
/// over an atom's conformers) the file states chemical occupancies, and the weight is occupancy /
/// order. Not collective.
void prepare_atoms(Model& model, const Crystal& crystal, double d_min, const ModelOptions& options,
                   base::Log& log);

/// Whether U of anisotropic atoms is refined with data to d_min [A].
bool refines_u(const ModelOptions& options, double d_min);

/// Takes coordinates, B and occupancies of `atoms`, one a site of the structure and in its order,
/// into the structure (for writing). Not collective.
void update_structure(Model& model, const Atoms& atoms);

}  // namespace polyform::crystal
