// SPDX-License-Identifier: MPL-2.0
// What test data are made of: the crystal, the molecule in it, its solvent, errors and flags.
#pragma once

#include <string>
#include <vector>

#include "polyform/base/option.hpp"

namespace polyform::simulate {

struct SimulateOptions {
  double d_min = 2.0;
  double d_max = 0.0;
  std::string space_group;
  std::vector<double> cell;
  int copies = 1;
  std::vector<double> rotation;
  std::vector<double> centre;
  double contact = 3.3;
  double k_sol = 0.35;
  double b_sol = 46.0;
  double scale = 1.0;
  std::vector<double> anisotropic_b;
  double added_b = 0.0;
  double coordinate_error = 0.0;
  double b_error = 0.0;
  double error_range = 15.0;
  double start_error = 0.3;
  double relative_sigma = 0.03;
  double sigma_floor = 0.02;
  double completeness = 100.0;
  double free_percent = 5.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    describe_crystal(visit);
    describe_scales(visit);
    describe_model_errors(visit);
    describe_data(visit);
  }

 private:
  template <class Visitor>
  void describe_crystal(Visitor& visit) {
    visit("d_min", d_min,
          {.sentence = "Highest resolution of the data", .unit = "A", .range = {0.5, 50}});
    visit("d_max", d_max,
          {.sentence = "Lowest resolution of the data (0: all there is)",
           .unit = "A",
           .range = {0, 10000}});
    visit("space_group", space_group,
          {.sentence = "Space group of the new crystal (empty: the model's)"});
    visit("cell", cell,
          {.sentence = "Cell of the new crystal, a b c alpha beta gamma (empty: the model's)",
           .unit = "A, degrees"});
    visit("copies", copies,
          {.sentence = "Copies of the molecule in the asymmetric unit", .range = {1, 100}});
    visit(
        "rotation", rotation,
        {.sentence = "Polar angles omega phi kappa that turn the molecule about its centre, three "
                     "for each copy (empty: random where the crystal is new or copies are added)",
         .unit = "degrees"});
    visit("centre", centre,
          {.sentence = "Where the molecule's centre (mean of all but waters and hydrogens) lies, "
                       "fractional, three for each copy (empty: "
                       "found so that nothing touches, where the crystal is new)"});
    visit("contact", contact,
          {.sentence =
               "Molecules that are placed come no nearer to each other, hydrogens aside; waters "
               "that would are left out",
           .unit = "A",
           .range = {1, 10}});
  }
  template <class Visitor>
  void describe_scales(Visitor& visit) {
    visit("k_sol", k_sol,
          {.sentence = "Density of the bulk solvent (0: none)", .unit = "e/A^3", .range = {0, 1}});
    visit("b_sol", b_sol, {.sentence = "B of the bulk solvent", .unit = "A^2", .range = {0, 400}});
    visit("scale", scale, {.sentence = "Overall scale of the amplitudes", .range = {1e-6, 1e6}});
    visit("anisotropic_b", anisotropic_b,
          {.sentence = "Overall anisotropic B, Cartesian, 11 22 33 12 13 23, as the crystal's "
                       "symmetry allows (empty: none)",
           .unit = "A^2",
           .range = {-200, 200}});
    visit("added_b", added_b,
          {.sentence = "B added to every atom", .unit = "A^2", .range = {0, 500}});
  }
  template <class Visitor>
  void describe_model_errors(Visitor& visit) {
    visit("coordinate_error", coordinate_error,
          {.sentence = "By how much the true structure differs from the model, r.m.s. shift of its "
                       "atoms",
           .unit = "A",
           .range = {0, 5}});
    visit("b_error", b_error,
          {.sentence = "By how much B of the true structure differs from the model's, r.m.s.",
           .unit = "A^2",
           .range = {0, 100}});
    visit(
        "error_range", error_range,
        {.sentence = "Distance over which these differences are alike (0: every atom has its own)",
         .unit = "A",
         .range = {0, 1000}});
    visit("start_error", start_error,
          {.sentence = "By how much the starting model differs from the true structure, r.m.s. "
                       "shift, every atom for itself",
           .unit = "A",
           .range = {0, 5}});
  }
  template <class Visitor>
  void describe_data(Visitor& visit) {
    visit("relative_sigma", relative_sigma,
          {.sentence = "Part of sigma(F) that grows with F, relative to it", .range = {0, 1}});
    visit("sigma_floor", sigma_floor,
          {.sentence = "Constant part of sigma(F), relative to the mean F of the resolution shell",
           .range = {0, 1}});
    visit("completeness", completeness,
          {.sentence = "Reflections that were measured; the others are lost at random",
           .unit = "%",
           .range = {1, 100}});
    visit("free_percent", free_percent,
          {.sentence = "Reflections of the test set (0: no free flags)",
           .unit = "%",
           .range = {0, 30}});
  }
};

/// Checks what no single option can: how many numbers there are, limits in order, sigmas above 0.
/// Throws UsageError with all mistakes. Not collective.
void check_options(const SimulateOptions& options);

}  // namespace polyform::simulate
