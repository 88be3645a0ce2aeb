// SPDX-License-Identifier: MPL-2.0
// Models as PDB files.
#include <gemmi/to_pdb.hpp>

#include <cctype>
#include <cmath>
#include <sstream>

#include "crystal/pdb_records.hpp"
#include "crystal/refinement_header.hpp"
#include "crystal/tls.hpp"
#include "polyform/base/atomic_file.hpp"
#include "polyform/base/error.hpp"
#include "polyform/crystal/write_files.hpp"

namespace polyform::crystal {
namespace {

constexpr int largest_sequence_number = 9999 + 26 * 36 * 36 * 36;  // hybrid-36

std::string why_not(const gemmi::Atom& atom) {
  const auto fits = [](double x) { return x > -999.9995 && x < 9999.9995; };
  if (!fits(atom.pos.x) || !fits(atom.pos.y) || !fits(atom.pos.z))
    return "its coordinates do not fit eight columns";
  if (atom.name.size() > 4) return "its name has more than four characters";
  if (atom.b_iso > 999.99f) return "its B is above 999.99";
  if (std::islower(static_cast<unsigned char>(atom.altloc)))
    return "its conformer is a small letter";
  return "";
}

std::string why_not(const gemmi::Chain& chain, const gemmi::Residue& residue) {
  if (chain.name.size() > 2) return "its chain's name has more than two characters";
  if (residue.name.size() > 3) return "its residue's name has more than three characters";
  const int number = *residue.seqid.num;
  if (number < -999 || number > largest_sequence_number) return "its residue's number does not fit";
  return "";
}

struct Written {
  std::vector<std::string> header, atoms;  ///< lines without their ends; atoms: from the first on
};

Written split(const std::string& text) {
  Written result;
  std::istringstream stream(text);
  bool in_atoms = false;
  for (std::string line; std::getline(stream, line);) {
    in_atoms = in_atoms || line.compare(0, 4, "ATOM") == 0 || line.compare(0, 6, "HETATM") == 0;
    if (line.compare(0, 3, "END") != 0) (in_atoms ? result.atoms : result.header).push_back(line);
  }
  return result;
}

// Serial numbers of the source to those written: gemmi numbers atoms and TER records through.
std::map<int, int> serial_numbers(const gemmi::Structure& structure,
                                  const std::vector<std::string>& lines) {
  std::vector<int> written;
  int serial = 0;
  for (const std::string& line : lines) {
    const bool atom = line.compare(0, 4, "ATOM") == 0 || line.compare(0, 6, "HETATM") == 0;
    if (atom || line.compare(0, 3, "TER") == 0) ++serial;
    if (atom) written.push_back(serial);
  }
  std::map<int, int> new_of_old;
  std::size_t i = 0;
  for (const gemmi::Chain& chain : structure.models[0].chains)
    for (const gemmi::Residue& residue : chain.residues)
      for (const gemmi::Atom& atom : residue.atoms)
        if (i < written.size()) new_of_old[atom.serial] = written[i++];
  return new_of_old;
}

void drop_remark_3(std::vector<std::string>& remarks) {
  gemmi::vector_remove_if(
      remarks, [](const std::string& remark) { return remark.compare(0, 10, "REMARK   3") == 0; });
}

}  // namespace

std::string why_not_pdb(const Model& model) {
  for (const gemmi::Chain& chain : model.structure.models.at(0).chains)
    for (const gemmi::Residue& residue : chain.residues)
      for (const gemmi::Atom& atom : residue.atoms) {
        std::string why = why_not(chain, residue);
        if (why.empty()) why = why_not(atom);
        if (!why.empty())
          return gemmi::atom_str(chain.name, residue, atom.name, atom.altloc) + ": " + why;
      }
  return "";
}

void write_pdb(const Model& model, const Crystal& crystal, const RefinementRecord& record,
               const std::filesystem::path& path) {
  if (const std::string why = why_not_pdb(model); !why.empty())
    throw base::OutputError("cannot write " + path.string() +
                            ": the model does not fit the PDB format (" + why + "); write mmCIF");
  gemmi::Structure structure = structure_to_write(model, crystal, record);
  const std::vector<std::string> tls = tls_lines(structure.raw_remarks);
  drop_remark_3(structure.raw_remarks);
  std::ostringstream stream;
  gemmi::write_pdb(structure, stream);
  const Written written = split(stream.str());

  std::vector<std::string> added = remark_3(record, tls);
  for (std::string line : model.source_records)
    if (line.compare(0, 6, "CONECT") != 0) {
      line.resize(80, ' ');
      added.push_back(line);
    }
  std::string text;
  const auto append = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) text += line + "\n";
  };
  append(ordered_header(written.header, added));
  append(written.atoms);
  append(renumbered_conect(model.source_records, serial_numbers(structure, written.atoms)));
  std::string end = "END";
  end.resize(80, ' ');
  append({end});
  base::write_atomically(path, text);
}

}  // namespace polyform::crystal
