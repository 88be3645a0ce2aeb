// SPDX-License-Identifier: MPL-2.0
// Real crystals on ranks against one rank alone: the first value and its gradient.
#include <cmath>

#include "polyform/crystal/read_reflections.hpp"
#include "polyform/refine/ensemble.hpp"
#include "polyform/restraints/build.hpp"
#include "polyform/restraints/riding.hpp"
#include "support/catch.hpp"
#include "support/relative_rms.hpp"
#include "support/session.hpp"

using namespace polyform;
using namespace polyform::refine;

namespace {

FormInput read_form(const std::string& model_file, const std::string& data_file,
                    const std::vector<std::string>& ligands) {
  base::Log silent;
  crystal::Model model = crystal::read_model(model_file, {}, silent);
  crystal::Data data = crystal::read_reflections(data_file, {}, 1, silent);
  const crystal::Crystal crystal = crystal::agree_on_crystal(
      model, crystal::make_crystal(data.cell, data.space_group), data.source, silent);
  crystal::prepare_atoms(model, crystal, data.reflections.d_min(), {}, silent);
  crystal::Dictionary dictionary =
      crystal::load_dictionary(model, {"/usr/share/refmac/monomers", ligands}, silent);
  FormInput input;
  input.name = model_file;
  const gemmi::UnitCell& cell = crystal.cell;
  input.cell = {cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma};
  input.space_group = crystal.space_group->xhm();
  input.lists = restraints::build_lists(model, dictionary, crystal, silent);
  input.atoms = model.atoms;
  input.hydrogens = restraints::place_riding_hydrogens(model, dictionary, crystal);
  input.reflections = std::move(data.reflections);
  return input;
}

// R, T, its gradient by positions and B on all ranks together and on rank 0 by itself.
void compare_with_one_rank(const FormInput& input) {
  INFO(input.name);
  const parallel::Communicator& world = test::world();
  const RefineOptions options;
  Ensemble together(world, {input}, options);
  if (!world.is_root()) {
    together.serve();
    return;
  }
  Ensemble alone(parallel::Communicator::self(), {input}, options);
  const auto here = together.renew(OverallB::kept_in_scale);
  const auto there = alone.renew(OverallB::kept_in_scale);
  const auto& r = here[0].agreement.overall;
  CHECK(r.r_work == Approx(there[0].agreement.overall.r_work).margin(1e-6));
  CHECK(r.r_free == Approx(there[0].agreement.overall.r_free).margin(1e-6));
  for (Parameters which : {Parameters::positions, Parameters::b_factors}) {
    const std::vector<double> one = {1.0};
    const Evaluation a = together.evaluate(which, Parts::separate, one, together.values(which));
    const Evaluation b = alone.evaluate(which, Parts::separate, one, alone.values(which));
    CHECK(a.forms[0].target == Approx(b.forms[0].target).epsilon(1e-6));
    CHECK(a.forms[0].energies.total() == Approx(b.forms[0].energies.total()).epsilon(1e-10));
    CHECK(test::relative_rms(a.of_target, b.of_target) < 1e-5);
    CHECK(test::relative_rms(a.gradient, b.gradient) < 1e-10);
  }
  alone.finish();
  together.finish();
}

}  // namespace

TEST_CASE("1CBS has the same R, target and gradient on any number of ranks") {
  compare_with_one_rank(read_form("/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz",
                                  "/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz", {}));
}

TEST_CASE("Crystals of trigonal, hexagonal and cubic lattices have, too", "[shared]") {
  const auto ligand = [](const char* name) {
    return (test::shared() / "data" / (std::string(name) + "_restraints.cif")).string();
  };
  const auto compare = [](const char* name, const std::vector<std::string>& ligands) {
    compare_with_one_rank(read_form(test::shared_case(name, "model.pdb").string(),
                                    test::shared_case(name, "data.mtz").string(), ligands));
  };
  compare("t4l_6pgy", {ligand("MTN")});
  compare("mdm2_4hg7", {ligand("NUT")});
  compare("lr_5c11", {ligand("4WQ")});
}
