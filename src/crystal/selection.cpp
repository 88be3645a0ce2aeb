// SPDX-License-Identifier: MPL-2.0
// Selections evaluated: the parts of an expression to flags of atoms.
#include "polyform/crystal/selection.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "crystal/gemmi_notation.hpp"
#include "crystal/selection_parser.hpp"
#include "crystal/selection_words.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

bool is_among(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// SE and Se are one element.
bool is_among_elements(gemmi::Element element, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return gemmi::find_element(name.c_str()) == element.elem;
  });
}

bool contains(const ResidueRange& range, const gemmi::SeqId& id) {
  const auto order = [](int number, char code) { return std::tuple(number, code); };
  const auto here = order(*id.num, id.icode);
  return order(range.first, range.first_code) <= here && here <= order(range.last, range.last_code);
}

// Marks the atoms of a model that are near to some of its atoms, symmetry mates not looked at.
// Boxes of one distance in each direction hold what lies in them, so that 27 are searched.
class Neighbourhood {
 public:
  Neighbourhood(const Atoms& atoms, const AtomFlags& chosen, double distance)
      : atoms_(atoms), distance_(distance) {
    for (std::size_t i = 0; i < atoms.size(); ++i)
      if (chosen[i]) boxes_[box_of(atoms.xyz[i])].push_back(i);
  }

  bool holds(const Vec3& x) const {
    const Box centre = box_of(x);
    for (double i : {-1., 0., 1.})
      for (double j : {-1., 0., 1.})
        for (double k : {-1., 0., 1.})
          if (is_near(x, {centre[0] + i, centre[1] + j, centre[2] + k})) return true;
    return false;
  }

 private:
  using Box = std::array<double, 3>;  // whole numbers
  Box box_of(const Vec3& x) const {
    return {std::floor(x[0] / distance_), std::floor(x[1] / distance_),
            std::floor(x[2] / distance_)};
  }
  bool is_near(const Vec3& x, const Box& box) const {
    const auto found = boxes_.find(box);
    return found != boxes_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](std::size_t i) {
             return (atoms_.xyz[i] - x).squaredNorm() <= distance_ * distance_;
           });
  }

  const Atoms& atoms_;
  double distance_;
  std::map<Box, std::vector<std::size_t>> boxes_;
};

// The flags of every part of an expression.
class Evaluation {
 public:
  Evaluation(const Model& model, const AtomSets& sets) : model_(model), sets_(sets) {}

  AtomFlags operator()(const SelectionTree& tree) {
    column_ = tree.column;
    return std::visit([&](const auto& term) { return flags(term); }, tree.term);
  }

 private:
  AtomFlags flags(const AnyOf& term) {
    AtomFlags result(model_.atoms.size(), 0);
    for (const SelectionTree& part : term.parts) {
      const AtomFlags of_part = (*this)(part);
      for (std::size_t i = 0; i < result.size(); ++i) result[i] |= of_part[i];
    }
    return result;
  }
  AtomFlags flags(const AllOf& term) {
    AtomFlags result(model_.atoms.size(), 1);
    for (const SelectionTree& part : term.parts) {
      const AtomFlags of_part = (*this)(part);
      for (std::size_t i = 0; i < result.size(); ++i) result[i] &= of_part[i];
    }
    return result;
  }
  AtomFlags flags(const AllBut& term) {
    AtomFlags result = (*this)(term.parts.front());
    for (std::uint8_t& flag : result) flag = flag ? 0 : 1;
    return result;
  }
  AtomFlags flags(const WholeResidues& term) {
    AtomFlags result = (*this)(term.parts.front());
    std::size_t first = 0;
    for (const gemmi::Chain& chain : model_.structure.models.front().chains)
      for (const gemmi::Residue& residue : chain.residues) {
        const auto begin = result.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = begin + static_cast<std::ptrdiff_t>(residue.atoms.size());
        std::fill(begin, end, std::any_of(begin, end, [](int flag) { return flag != 0; }) ? 1 : 0);
        first += residue.atoms.size();
      }
    return result;
  }
  AtomFlags flags(const Near& term) {
    const Neighbourhood around(model_.atoms, (*this)(term.parts.front()), term.distance);
    AtomFlags result;
    for (const Vec3& x : model_.atoms.xyz) result.push_back(around.holds(x) ? 1 : 0);
    return result;
  }
  AtomFlags flags(const CalledAtoms& term) {
    if (const auto set = sets_.find(term.name); set != sets_.end()) return set->second;
    if (is_among(term.name, words_for_atoms())) return atoms_called(term.name, model_);
    wrong_selection(column_, "no set is called '" + term.name + "'");
  }
  AtomFlags flags(const GemmiNotation& term) { return atoms_in_notation(model_, term.text); }
  AtomFlags flags(const Named& term) {
    return where(
        [&](const gemmi::Chain& chain, const gemmi::Residue& residue, const gemmi::Atom& atom) {
          switch (term.what) {
            case NameOf::chain:
              return is_among(chain.name, term.names);
            case NameOf::residue:
              return is_among(residue.name, term.names);
            case NameOf::atom:
              return is_among(atom.name, term.names);
            case NameOf::element:
              return is_among_elements(atom.element, term.names);
            case NameOf::conformer:
              return is_among(std::string(1, atom.altloc), term.names);
          }
          return false;
        });
  }
  AtomFlags flags(const ResiduesOf& term) {
    return where([&](const gemmi::Chain& chain, const gemmi::Residue& residue, const gemmi::Atom&) {
      return (term.chain == "*" || chain.name == term.chain) &&
             std::any_of(term.ranges.begin(), term.ranges.end(),
                         [&](const ResidueRange& r) { return contains(r, residue.seqid); });
    });
  }
  AtomFlags flags(const Within& term) {
    AtomFlags result;
    const auto& values = term.what == NumberOf::b ? model_.atoms.b : model_.atoms.occupancy;
    for (double exact : values) {
      const auto value = static_cast<float>(exact);
      result.push_back(term.low <= value && value <= term.high ? 1 : 0);
    }
    return result;
  }

  template <class Condition>
  AtomFlags where(Condition condition) const {
    AtomFlags result;
    result.reserve(model_.atoms.size());
    for (const gemmi::Chain& chain : model_.structure.models.front().chains)
      for (const gemmi::Residue& residue : chain.residues)
        for (const gemmi::Atom& atom : residue.atoms)
          result.push_back(condition(chain, residue, atom) ? 1 : 0);
    return result;
  }

  const Model& model_;
  const AtomSets& sets_;
  std::size_t column_ = 1;
};

void collect_called(const SelectionTree& tree, std::vector<CalledSet>& called) {
  if (const auto* name = std::get_if<CalledAtoms>(&tree.term))
    if (!is_among(name->name, words_for_atoms())) called.push_back({name->name, tree.column});
  std::visit(
      [&](const auto& term) {
        if constexpr (requires { term.parts; })
          for (const SelectionTree& part : term.parts) collect_called(part, called);
      },
      tree.term);
}

}  // namespace

std::string SetOptions::expression() const {
  std::string text = atoms.text;
  if (!include.empty())
    text = text.empty() ? include.text : "(" + text + ") or (" + include.text + ")";
  return exclude.empty() ? text : "(" + text + ") and not (" + exclude.text + ")";
}

std::vector<CalledSet> called_sets(const std::string& text) {
  std::vector<CalledSet> called;
  collect_called(parse_selection(text), called);
  return called;
}

const std::vector<std::string>& selection_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all = grammar_words();
    all.insert(all.end(), words_for_atoms().begin(), words_for_atoms().end());
    return all;
  }();
  return words;
}

AtomFlags select_atoms(const Model& model, const std::string& text, const AtomSets& sets) {
  return Evaluation(model, sets)(parse_selection(text));
}

}  // namespace polyform::crystal
