// SPDX-License-Identifier: MPL-2.0
// Residues of two segments that correspond: by number, or by an alignment of their sequences.
#include "crystal/align_residues.hpp"

#include <algorithm>
#include <gemmi/seqalign.hpp>
#include <map>

namespace polyform::crystal {
namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

std::vector<std::size_t> places(const Segment& segment, bool in_polymer) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < segment.residues.size(); ++i)
    if (segment.residues[i].in_polymer == in_polymer) found.push_back(i);
  return found;
}

const gemmi::Residue& residue(const Segment& segment, std::size_t place) {
  return *segment.residues[place].residue;
}

std::string number_of(const gemmi::Residue& residue) { return residue.seqid.str(); }

// Of several residues with one number (microheterogeneity) those of the same name first.
Pairs by_number(const Segment& a, const std::vector<std::size_t>& in_a, const Segment& b,
                const std::vector<std::size_t>& in_b) {
  std::multimap<std::string, std::size_t> numbered;
  for (std::size_t j : in_b) numbered.emplace(number_of(residue(b, j)), j);
  Pairs pairs;
  for (std::size_t i : in_a) {
    const auto [begin, end] = numbered.equal_range(number_of(residue(a, i)));
    const auto same = std::find_if(begin, end, [&](const auto& entry) {
      return residue(b, entry.second).name == residue(a, i).name;
    });
    const auto chosen = same != end ? same : begin;
    if (begin == end) continue;
    pairs.emplace_back(i, chosen->second);
    numbered.erase(chosen);
  }
  return pairs;
}

std::vector<std::string> sequence(const Segment& segment, const std::vector<std::size_t>& at) {
  std::vector<std::string> names;
  for (std::size_t i : at) names.push_back(residue(segment, i).name);
  return names;
}

Pairs by_sequence(const Segment& a, const std::vector<std::size_t>& in_a, const Segment& b,
                  const std::vector<std::size_t>& in_b) {
  const gemmi::AlignmentResult alignment = gemmi::align_string_sequences(
      sequence(a, in_a), sequence(b, in_b), {}, gemmi::prepare_blosum62_scoring());
  Pairs pairs;
  std::size_t i = 0, j = 0;
  for (const gemmi::AlignmentResult::Item& item : alignment.cigar)
    for (std::uint32_t k = 0; k < item.len(); ++k) {
      if (item.op() == 'M') pairs.emplace_back(in_a[i], in_b[j]);
      i += item.op() != 'D' ? 1 : 0;
      j += item.op() != 'I' ? 1 : 0;
    }
  return pairs;
}

long count_identical(const Segment& a, const Segment& b, const Pairs& pairs) {
  return std::count_if(pairs.begin(), pairs.end(), [&](const auto& pair) {
    return residue(a, pair.first).name == residue(b, pair.second).name;
  });
}

// Ligands: number and name agree, or there is one of that name in each.
void pair_others(const Segment& a, const Segment& b, Pairs& pairs) {
  const auto in_a = places(a, false);
  auto in_b = places(b, false);
  const auto how_many = [](const Segment& segment, const std::vector<std::size_t>& at,
                           const std::string& name) {
    return std::count_if(at.begin(), at.end(),
                         [&](std::size_t i) { return residue(segment, i).name == name; });
  };
  for (std::size_t i : in_a) {
    const gemmi::Residue& mine = residue(a, i);
    const bool only = how_many(a, in_a, mine.name) == 1 && how_many(b, in_b, mine.name) == 1;
    const auto mate = std::find_if(in_b.begin(), in_b.end(), [&](std::size_t j) {
      const gemmi::Residue& other = residue(b, j);
      return other.name == mine.name && (only || number_of(other) == number_of(mine));
    });
    if (mate == in_b.end()) continue;
    pairs.emplace_back(i, *mate);
  }
}

}  // namespace

Alignment align_residues(const Segment& first, const Segment& other) {
  const auto in_first = places(first, true), in_other = places(other, true);
  Alignment result;
  result.pairs = by_number(first, in_first, other, in_other);
  result.identical = count_identical(first, other, result.pairs);
  result.shorter = static_cast<long>(std::min(in_first.size(), in_other.size()));
  if (result.identical < result.shorter) {
    Pairs aligned = by_sequence(first, in_first, other, in_other);
    const long identical = count_identical(first, other, aligned);
    if (identical > result.identical) {
      result.pairs = std::move(aligned);
      result.identical = identical;
      result.by_number = false;
    }
  }
  pair_others(first, other, result.pairs);
  return result;
}

}  // namespace polyform::crystal
