// SPDX-License-Identifier: MPL-2.0
// Lines of the notation to gemmi's links and modifications.

// g++ 12 takes the strings of gemmi's aggregates for uninitialised when it inlines their moves.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "crystal/link_notation.hpp"

#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace polyform::crystal {
namespace {

using gemmi::Restraints;
using Words = std::vector<std::string>;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double plane_sigma = 0.02;  // [A]

Words words_of(const std::string& line) {
  std::istringstream stream(line.substr(0, line.find('#')));
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string named(const std::string& word) { return word == "." ? "" : word; }

/// The words of one line after its first `used`, taken one after another.
class Line {
 public:
  Line(const Words& words, std::size_t used) : words_(words), next_(used) {}
  bool more() const { return next_ < words_.size(); }
  std::string word() { return words_.at(next_++); }
  double number() { return std::stod(word()); }
  /// "1.CA": the side and the name.
  Restraints::AtomId atom_of_link() {
    const std::string text = word();
    if (text.size() < 3 || (text[0] != '1' && text[0] != '2') || text[1] != '.')
      throw std::invalid_argument("'" + text + "' is no atom of a link");
    return {text[0] - '0', text.substr(2)};
  }

 private:
  const Words& words_;
  std::size_t next_;
};

Restraints::Bond bond(Restraints::AtomId a, Restraints::AtomId b, Line& line) {
  const double length = line.number(), sigma = line.number();
  const std::string kind = line.more() ? line.word() : "single";
  return {a, b, gemmi::bond_type_from_string(kind), false, length, sigma, none, none};
}

// A label of its own, so that a modification adds a plane and does not widen one of the monomer's.
void add_plane(Restraints& rt, const std::string& owner, std::vector<Restraints::AtomId> atoms) {
  const std::string label = owner + "-plane" + std::to_string(rt.planes.size() + 1);
  rt.planes.push_back({label, std::move(atoms), plane_sigma});
}

void read_link_line(const Words& words, gemmi::ChemLink& link) {
  Restraints& rt = link.rt;
  Line line(words, 1);
  const auto atom = [&] { return line.atom_of_link(); };
  if (words[0] == "bond") {
    const auto a = atom(), b = atom();
    rt.bonds.push_back(bond(a, b, line));
  } else if (words[0] == "angle") {
    const auto a = atom(), b = atom(), c = atom();
    const double value = line.number(), sigma = line.number();
    rt.angles.push_back({a, b, c, value, sigma});
  } else if (words[0] == "torsion") {
    const std::string label = line.word();
    const auto a = atom(), b = atom(), c = atom(), d = atom();
    const double value = line.number(), sigma = line.number();
    rt.torsions.push_back({label, a, b, c, d, value, sigma, static_cast<int>(line.number())});
  } else if (words[0] == "chiral") {
    const auto centre = atom(), a = atom(), b = atom(), c = atom();
    rt.chirs.push_back({centre, a, b, c, gemmi::chirality_from_string(line.word())});
  } else if (words[0] == "plane") {
    std::vector<Restraints::AtomId> atoms;
    while (line.more()) atoms.push_back(atom());
    add_plane(rt, link.id, atoms);
  } else {
    throw std::invalid_argument("'" + words[0] + "' is no restraint of a link");
  }
}

// gemmi marks what a modification does by a letter in place of the first atom's side.
void read_changed_restraint(const Words& words, gemmi::ChemMod& modification) {
  Restraints& rt = modification.rt;
  Line line(words, 2);
  const auto first = [&] { return Restraints::AtomId{words[0][0], line.word()}; };
  const auto other = [&] { return Restraints::AtomId{1, line.word()}; };
  if (words.at(1) == "bond") {
    const auto a = first(), b = other();
    rt.bonds.push_back(bond(a, b, line));
  } else if (words[1] == "angle") {
    const auto a = first(), b = other(), c = other();
    const double value = line.number(), sigma = line.number();
    rt.angles.push_back({a, b, c, value, sigma});
  } else if (words[1] == "plane") {
    std::vector<Restraints::AtomId> atoms;
    while (line.more()) atoms.push_back(first());
    add_plane(rt, modification.id, atoms);
  } else {
    throw std::invalid_argument("'" + words[1] + "' is no restraint of a modification");
  }
}

void read_modification_line(const Words& words, gemmi::ChemMod& modification) {
  constexpr float charge_stays = std::numeric_limits<float>::quiet_NaN();
  Line line(words, 1);
  if (words[0] == "delete") {
    while (line.more())
      modification.atom_mods.push_back({'d', line.word(), "", gemmi::El::X, charge_stays, ""});
  } else if (words[0] == "type") {
    const std::string atom = line.word();
    modification.atom_mods.push_back({'c', atom, "", gemmi::El::X, charge_stays, line.word()});
  } else if (words[0] == "add" || words[0] == "change") {
    read_changed_restraint(words, modification);
  } else {
    throw std::invalid_argument("'" + words[0] + "' is nothing that a modification does");
  }
}

gemmi::ChemLink::Side side_of(Line& line) {
  const std::string residue = named(line.word()), group = line.word();
  return {residue, named(line.word()), gemmi::ChemLink::read_group(group)};
}

/// What was begun by the last `link` or `modification`.
class Reader {
 public:
  explicit Reader(gemmi::MonLib& library) : library_(library) {}

  void read(const Words& words) {
    if (words[0] == "link") {
      conclude();
      Line line(words, 1);
      link_.id = link_.name = line.word();
      link_.side1 = side_of(line);
      link_.side2 = side_of(line);
    } else if (words[0] == "modification") {
      conclude();
      modification_.id = modification_.name = words.at(1);
      modification_.comp_id = named(words.at(2));
      modification_.group_id = named(words.at(3));
    } else if (!link_.id.empty()) {
      read_link_line(words, link_);
    } else if (!modification_.id.empty()) {
      read_modification_line(words, modification_);
    } else {
      throw std::invalid_argument("neither a link nor a modification has begun");
    }
  }

  void conclude() {
    if (!link_.id.empty()) library_.links.emplace(link_.id, link_);
    if (!modification_.id.empty()) library_.modifications.emplace(modification_.id, modification_);
    link_ = {};
    modification_ = {};
  }

 private:
  gemmi::MonLib& library_;
  gemmi::ChemLink link_;
  gemmi::ChemMod modification_;
};

}  // namespace

void add_links(const std::string& text, gemmi::MonLib& library) {
  Reader reader(library);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const Words words = words_of(line);
    if (words.empty()) continue;
    try {
      reader.read(words);
    } catch (const std::exception& error) {
      throw std::logic_error("links: '" + line + "': " + error.what());
    }
  }
  reader.conclude();
}

}  // namespace polyform::crystal
