// SPDX-License-Identifier: MPL-2.0
// How well the restraints are met, and the worst of them.
#include "geometry_report.hpp"

#include <algorithm>
#include <cmath>

#include "bonded_terms.hpp"
#include "images.hpp"
#include "polyform/base/units.hpp"

namespace polyform::restraints {
namespace {

constexpr double bad_contact = 0.4;  // [A] nearer than the contact distance

std::size_t index(int id) { return static_cast<std::size_t>(id); }

double contact_length(const Contact& c, std::span<const Vec3> xyz, const ImageTable& images) {
  const Vec3& xj = xyz[index(c.j)];
  return (xyz[index(c.i)] - (c.image < 0 ? xj : apply(images[c.image], xj))).norm();
}

struct Sums {
  double squared_deviation = 0, squared_z = 0;
  long count = 0;
  void add(double deviation, double sigma) {
    squared_deviation += deviation * deviation;
    squared_z += deviation * deviation / (sigma * sigma);
    ++count;
  }
  Fit fit(double unit = 1.0) const {
    if (count == 0) return {};
    const double n = static_cast<double>(count);
    return {unit * std::sqrt(squared_deviation / n), std::sqrt(squared_z / n), count};
  }
};

/// Visits every restraint without hydrogens: visit(kind, atoms, value, ideal, deviation, sigma), in
/// the units of the lists. A plane is visited with its worst atom for `deviations_of_planes` worst.
class Survey {
 public:
  Survey(const Lists& lists, const crystal::Atoms& atoms, std::span<const Vec3> xyz)
      : lists_(lists), atoms_(atoms), xyz_(xyz) {}

  template <class Container>
  bool heavy(const Container& ids) const {
    return std::none_of(ids.begin(), ids.end(),
                        [&](int id) { return atoms_.is_hydrogen(index(id)); });
  }
  template <class Visit>
  void bonds(const Visit& visit) const {
    for (const Bond& r : lists_.bonds)
      if (heavy(r.atom)) visit(r, value(r, lists_, xyz_));
  }
  template <class Visit>
  void angles(const Visit& visit) const {
    for (const Angle& r : lists_.angles)
      if (heavy(r.atom)) visit(r, value(r, lists_, xyz_));
  }
  template <class Visit>
  void torsions(const Visit& visit) const {
    for (const Torsion& r : lists_.torsions)
      if (heavy(r.atom)) visit(r, deviation(r, xyz_));
  }
  template <class Visit>
  void chiralities(const Visit& visit) const {
    for (const Chirality& r : lists_.chiralities)
      if (heavy(r.atom)) visit(r, value(r, xyz_));
  }
  /// visit(plane, ids, distances): hydrogens bear on the plane but are not shown.
  template <class Visit>
  void planes(const Visit& visit) const {
    for (const Plane& r : lists_.planes) {
      const std::vector<double> all = deviations(r, lists_, xyz_);
      std::vector<int> ids;
      std::vector<double> distances;
      for (int a = 0; a < r.count; ++a) {
        const int id = lists_.plane_atoms[index(r.first + a)];
        if (atoms_.is_hydrogen(index(id))) continue;
        ids.push_back(id);
        distances.push_back(all[index(a)]);
      }
      if (!ids.empty()) visit(r, ids, distances);
    }
  }

 private:
  const Lists& lists_;
  const crystal::Atoms& atoms_;
  std::span<const Vec3> xyz_;
};

}  // namespace

GeometryReport geometry_report(const Lists& lists, const crystal::Atoms& atoms,
                               std::span<const Vec3> xyz, std::span<const Contact> contacts,
                               const ImageTable& images) {
  const Survey survey(lists, atoms, xyz);
  Sums bond, angle, torsion, chirality, plane;
  survey.bonds([&](const Bond& r, double v) { bond.add(v - r.ideal, r.sigma); });
  survey.angles([&](const Angle& r, double v) { angle.add(v - r.ideal, r.sigma); });
  survey.torsions([&](const Torsion& r, double d) { torsion.add(d, r.sigma); });
  survey.chiralities(
      [&](const Chirality& r, double v) { chirality.add(deviation(r, v), r.sigma); });
  survey.planes([&](const Plane& r, const std::vector<int>&, const std::vector<double>& distances) {
    for (const double d : distances) plane.add(d, r.sigma);
  });
  const double degree = base::degrees(1.0);
  GeometryReport report{bond.fit(),      angle.fit(degree), torsion.fit(degree),
                        chirality.fit(), plane.fit(),       0};
  for (const Contact& c : contacts)
    report.contacts +=
        survey.heavy(std::array<int, 2>{c.i, c.j}) &&
        contact_length(c, xyz, images) < static_cast<double>(c.distance) - bad_contact;
  return report;
}

std::vector<Outlier> worst_restraints(const Lists& lists, const crystal::Atoms& atoms,
                                      std::span<const Vec3> xyz, std::span<const Contact> contacts,
                                      const ImageTable& images, double vdw_sigma, std::size_t n,
                                      double beyond) {
  const Survey survey(lists, atoms, xyz);
  std::vector<Outlier> all;
  const auto add = [&](const char* kind, const auto& ids, double v, double ideal, double deviation,
                       double sigma, const Image* mate = nullptr) {
    if (!(std::abs(deviation) >= beyond * sigma)) return;
    all.push_back({kind, {ids.begin(), ids.end()}, v, ideal, deviation / sigma});
    if (mate != nullptr) all.back().mate = text_of(images.crystal(), *mate);
  };
  const auto of_link = [&](int image) { return image < 0 ? nullptr : &lists.images[index(image)]; };
  const double degree = base::degrees(1.0);
  survey.bonds([&](const Bond& r, double v) {
    add("bond", r.atom, v, r.ideal, v - r.ideal, r.sigma, of_link(r.image));
  });
  survey.angles([&](const Angle& r, double v) {
    add("angle", r.atom, v * degree, r.ideal * degree, v - r.ideal, r.sigma, of_link(r.image));
  });
  survey.torsions([&](const Torsion& r, double d) {
    add("torsion", r.atom, (r.ideal + d) * degree, r.ideal * degree, d, r.sigma);
  });
  survey.chiralities([&](const Chirality& r, double v) {
    const double d = deviation(r, v);
    add("chirality", r.atom, v, v - d, d, r.sigma);
  });
  survey.planes([&](const Plane& r, const std::vector<int>& ids,
                    const std::vector<double>& distances) {
    const auto worst = std::max_element(distances.begin(), distances.end(), [](double a, double b) {
      return std::abs(a) < std::abs(b);
    });
    std::vector<int> ordered = ids;  // the atom farthest out first
    std::rotate(ordered.begin(), ordered.begin() + (worst - distances.begin()), ordered.end());
    add("plane", ordered, *worst, 0.0, *worst, r.sigma);
  });
  for (const Contact& c : contacts) {
    const double length = contact_length(c, xyz, images), limit = static_cast<double>(c.distance);
    if (length < limit && survey.heavy(std::array<int, 2>{c.i, c.j}))
      add("contact", std::array{c.i, c.j}, length, limit, length - limit, vdw_sigma,
          c.image < 0 ? nullptr : &images[c.image]);
  }
  const std::size_t kept = std::min(n, all.size());
  std::partial_sort(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
      [](const Outlier& a, const Outlier& b) { return std::abs(a.z) > std::abs(b.z); });
  all.resize(kept);
  return all;
}

}  // namespace polyform::restraints
