// SPDX-License-Identifier: MPL-2.0
// Copies of a part of the molecule, paired residue by residue and atom by atom.
#include "polyform/crystal/pair_copies.hpp"

#include <algorithm>
#include <gemmi/resinfo.hpp>
#include <map>
#include <set>

#include "crystal/align_residues.hpp"
#include "crystal/symmetric_ends.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

constexpr std::size_t least_pairs = 3;

// Residues of one chain of a copy that hold selected atoms other than hydrogens; those at one place
// of the sequence (microheterogeneity) together.
std::vector<Segment> segments_of(const CopyAtoms& copy) {
  std::vector<Segment> segments;
  int atom = 0;
  for (const gemmi::Chain& chain : copy.model->structure.first_model().chains) {
    Segment segment;
    segment.chain = chain.name;
    for (const gemmi::Residue& residue : chain.residues) {
      PairedResidue here{&residue, residue.entity_type == gemmi::EntityType::Polymer, {}};
      for (std::size_t k = 0; k < residue.atoms.size(); ++k, ++atom)
        if (copy.atoms[static_cast<std::size_t>(atom)] && !residue.atoms[k].is_hydrogen())
          here.atoms.push_back({&residue.atoms[k], atom});
      if (!here.atoms.empty() && !residue.is_water()) segment.residues.push_back(std::move(here));
    }
    if (!segment.residues.empty()) segments.push_back(std::move(segment));
  }
  return segments;
}

std::string chains_of(const std::vector<Segment>& segments) {
  std::string text;
  for (const Segment& segment : segments) text += (text.empty() ? "" : " ") + segment.chain;
  return text;
}

// What two residues of unlike kind have in common.
bool in_all_residues(const std::string& name) {
  static const std::set<std::string> common = {"N",   "CA",  "C",   "O",   "CB",  // amino acids
                                               "P",   "OP1", "OP2", "O5'", "C5'", "C4'",
                                               "O4'", "C3'", "O3'", "C1'", "C2'"};  // nucleotides
  return common.count(name) != 0;
}

// The conformer of an atom that is there most of the time; the first of several alike.
const PairedAtom* main_conformer(const PairedResidue& residue, const gemmi::Atom& atom) {
  const PairedAtom* found = nullptr;
  for (const PairedAtom& other : residue.atoms)
    if (other.atom->name == atom.name && other.atom->element == atom.element &&
        (found == nullptr || other.atom->occ > found->atom->occ))
      found = &other;
  return found;
}

// By name and conformer; an atom without conformers goes with the main one of the other residue.
const PairedAtom* mate_of(const PairedAtom& atom, const PairedResidue& mine,
                          const PairedResidue& its) {
  for (const PairedAtom& other : its.atoms)
    if (other.atom->name == atom.atom->name && other.atom->element == atom.atom->element &&
        other.atom->altloc == atom.atom->altloc)
      return &other;
  const PairedAtom* mate = main_conformer(its, *atom.atom);
  if (mate == nullptr) return nullptr;
  if (atom.atom->altloc == '\0') return mate;
  const bool is_main = main_conformer(mine, *atom.atom)->atom == atom.atom;
  return is_main && mate->atom->altloc == '\0' ? mate : nullptr;
}

std::string name_of(const std::string& chain, const gemmi::Residue& residue) {
  return chain + "/" + residue.name + " " + residue.seqid.str();
}

// The sites of a group, begun with the atoms of the first copy.
class Pairer {
 public:
  Pairer(const std::string& group, const std::vector<CopyAtoms>& copies, double least_identity)
      : group_(group), copies_(copies), least_identity_(least_identity) {}

  Pairing pair() {
    if (copies_.size() < 2)
      refuse("has " + std::to_string(copies_.size()) + (copies_.size() == 1 ? " copy" : " copies") +
             "; similarity needs two or more");
    for (const CopyAtoms& copy : copies_) {
      segments_.push_back(segments_of(copy));
      if (segments_.back().empty())
        refuse("copy " + copy.name + " has no atom (hydrogens and waters take no part) in " +
               copy.model->source);
    }
    refuse_overlap();
    begin_with_first();
    for (std::size_t c = 1; c < copies_.size(); ++c) add(c);
    drop_lonely_sites();
    for (std::size_t c = 1; c < copies_.size(); ++c)
      result_.reports[c].swapped = fit_symmetric_ends(*copies_[0].model, result_.atoms[0],
                                                      *copies_[c].model, result_.atoms[c]);
    return std::move(result_);
  }

 private:
  [[noreturn]] void refuse(const std::string& reason) const {
    throw base::InputError("NCS group '" + group_ + "': " + reason);
  }

  void refuse_overlap() const {
    for (std::size_t a = 0; a < copies_.size(); ++a)
      for (std::size_t b = a + 1; b < copies_.size(); ++b) {
        if (copies_[a].model != copies_[b].model) continue;
        for (std::size_t i = 0; i < copies_[a].atoms.size(); ++i)
          if (copies_[a].atoms[i] && copies_[b].atoms[i])
            refuse("atom " + copies_[a].model->label[i] + " is in two copies, " + copies_[a].name +
                   " and " + copies_[b].name + "; give each atom to one");
      }
  }

  void begin_with_first() {
    result_.atoms.resize(copies_.size());
    result_.reports.resize(copies_.size());
    for (const Segment& segment : segments_[0])
      for (const PairedResidue& residue : segment.residues)
        for (const PairedAtom& atom : residue.atoms) {
          site_of_[atom.index] = result_.atoms[0].size();
          result_.atoms[0].push_back(atom.index);
        }
    PairingReport& own = result_.reports[0];
    own.copy = copies_[0].name;
    own.atoms = static_cast<long>(result_.atoms[0].size());
    own.identity = 1;
    for (const Segment& segment : segments_[0])
      own.residues += static_cast<long>(segment.residues.size());
    own.identical = own.residues;
  }

  void add(std::size_t c) {
    if (segments_[c].size() != segments_[0].size())
      refuse(base::format(
          "copy %s has %zu segments (%s), copy %s has %zu (%s); select as many of each",
          copies_[c].name.c_str(), segments_[c].size(), chains_of(segments_[c]).c_str(),
          copies_[0].name.c_str(), segments_[0].size(), chains_of(segments_[0]).c_str()));
    PairingReport& report = result_.reports[c];
    report.copy = copies_[c].name;
    result_.atoms[c].assign(result_.atoms[0].size(), -1);
    long of_shorter = 0, identical_of_polymers = 0;
    for (std::size_t s = 0; s < segments_[0].size(); ++s) {
      const Alignment alignment = align_residues(segments_[0][s], segments_[c][s]);
      report.by_number = report.by_number && alignment.by_number;
      of_shorter += alignment.shorter;
      identical_of_polymers += alignment.identical;
      for (const auto& [first, other] : alignment.pairs)
        pair_residues(segments_[0][s], first, segments_[c][s], other, c);
    }
    report.identity = of_shorter > 0 ? static_cast<double>(identical_of_polymers) /
                                           static_cast<double>(of_shorter)
                                     : 1.0;
    if (100 * report.identity < least_identity_)
      refuse(
          base::format("copies %s and %s have %.0f %% of their residues in common, less than "
                       "ncs.least_identity, %g %%; are the selections right?",
                       copies_[0].name.c_str(), copies_[c].name.c_str(), 100 * report.identity,
                       least_identity_));
    tell_unpaired(c);
    if (report.atoms < static_cast<long>(least_pairs))
      refuse(base::format("copies %s and %s have %ld atoms in common; a superposition needs three",
                          copies_[0].name.c_str(), copies_[c].name.c_str(), report.atoms));
  }

  void pair_residues(const Segment& segment, std::size_t first, const Segment& other_segment,
                     std::size_t other, std::size_t c) {
    const PairedResidue& mine = segment.residues[first];
    const PairedResidue& its = other_segment.residues[other];
    PairingReport& report = result_.reports[c];
    const bool alike = mine.residue->name == its.residue->name;
    ++report.residues;
    report.identical += alike ? 1 : 0;
    if (!alike)
      report.mutations.push_back(name_of(segment.chain, *mine.residue) + " - " +
                                 name_of(other_segment.chain, *its.residue));
    for (const PairedAtom& atom : mine.atoms) {
      if (!alike && !in_all_residues(atom.atom->name)) continue;
      const PairedAtom* mate = mate_of(atom, mine, its);
      if (mate == nullptr) continue;
      result_.atoms[c][site_of_[atom.index]] = mate->index;
      ++report.atoms;
    }
  }

  void tell_unpaired(std::size_t c) {
    const std::vector<int>& paired = result_.atoms[c];
    const std::set<int> taken(paired.begin(), paired.end());
    for (const Segment& segment : segments_[c])
      for (const PairedResidue& residue : segment.residues)
        for (const PairedAtom& atom : residue.atoms)
          if (taken.count(atom.index) == 0)
            result_.reports[c].unmatched.push_back(
                copies_[c].model->label[static_cast<std::size_t>(atom.index)]);
    for (std::size_t s = 0; s < paired.size(); ++s)
      if (paired[s] < 0)
        result_.reports[c].missing.push_back(
            copies_[0].model->label[static_cast<std::size_t>(result_.atoms[0][s])]);
  }

  void drop_lonely_sites() {
    std::vector<std::vector<int>> kept(copies_.size());
    for (std::size_t s = 0; s < result_.atoms[0].size(); ++s) {
      bool shared = false;
      for (std::size_t c = 1; c < copies_.size(); ++c) shared = shared || result_.atoms[c][s] >= 0;
      for (std::size_t c = 0; shared && c < copies_.size(); ++c)
        kept[c].push_back(result_.atoms[c][s]);
    }
    result_.atoms = std::move(kept);
  }

  const std::string& group_;
  const std::vector<CopyAtoms>& copies_;
  double least_identity_;
  std::vector<std::vector<Segment>> segments_;  // of each copy
  std::map<int, std::size_t> site_of_;          // of an atom of the first copy
  Pairing result_;
};

}  // namespace

Pairing pair_copies(const std::string& group, const std::vector<CopyAtoms>& copies,
                    double least_identity) {
  return Pairer(group, copies, least_identity).pair();
}

}  // namespace polyform::crystal
