// SPDX-License-Identifier: MPL-2.0
// The command `bench`: seconds of each part of an evaluation, beside one bare transform.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/read_forms.hpp"
#include "app/stopwatch.hpp"
#include "polyform/base/error.hpp"
#include "polyform/density/slab_ruler.hpp"
#include "polyform/density/solvent_mask.hpp"
#include "polyform/refine/coordinate.hpp"
#include "polyform/run/trace.hpp"

namespace polyform::app {
namespace {

using Json = nlohmann::ordered_json;

double smallest_b(const crystal::Atoms& atoms, const refine::RefineOptions& options) {
  double least = options.b_factors.minimal;
  for (double b : atoms.b) least = std::min(least, b);
  return least;
}

void time_ruler(const parallel::Communicator& world, const crystal::Crystal& crystal, double d_min,
                Json& times) {
  const density::GridSize grid = density::SlabRuler::grid_size(crystal, d_min);
  density::SlabRuler ruler(grid, world);
  times["fft_grid"] = grid;
  times["fft"] = median_seconds(world, [&] { ruler.transform(); });
}

// Steps of a length that minimisers take, in Å. A part that keeps what it made for the same atoms
// would cost nothing the second time: here they stand alternately in two places, as they never
// stand still in a run.
double nudge(std::size_t i) { return 0.01 * std::sin(1.0 + 2.4 * static_cast<double>(i)); }

crystal::Atoms nudged(crystal::Atoms atoms) {
  for (std::size_t i = 0; i < atoms.size(); ++i)
    for (int k = 0; k < 3; ++k) atoms.xyz[i][k] += nudge(3 * i + static_cast<std::size_t>(k));
  return atoms;
}

std::vector<double> nudged(std::vector<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += nudge(i);
  return x;
}

template <class Places>
class Alternately {
 public:
  explicit Alternately(Places here) : places_{here, nudged(here)} {}
  const Places& next() { return places_[n_++ % 2]; }
  const Places& last() const { return places_[(n_ + 1) % 2]; }

 private:
  std::array<Places, 2> places_;
  std::size_t n_ = 0;
};

// Structure factors, gradient and mask, each for itself, with all ranks on one form. The gradient
// is of the atoms whose structure factors were the last, as in an evaluation.
void time_density(const parallel::Communicator& world, const refine::FormInput& form,
                  const crystal::Crystal& crystal, const refine::RefineOptions& options,
                  Json& times) {
  density::FormFactorOptions scatterers = options.form_factors;
  density::StructureFactors engine(crystal, form.reflections.hkl, smallest_b(form.atoms, options),
                                   scatterers, world);
  std::vector<density::Complex> f(engine.owned().size());
  Alternately atoms(form.atoms);
  times["fcalc"] = median_seconds(world, [&] { engine.calculate(atoms.next(), f); });
  const std::vector<density::Complex> slope = f;
  density::AtomGradient gradient;
  times["gradient"] = median_seconds(
      world, [&] { engine.gradient(atoms.last(), slope, {.xyz = true, .b = true}, gradient); });
  density::SolventMask mask(crystal, form.reflections.hkl, options.mask, world);
  times["mask"] = median_seconds(world, [&] { mask.calculate(atoms.next(), f); });
  times["grid"] = engine.report().grid;
}

void time_restraints(const parallel::Communicator& world, const refine::FormInput& form,
                     const crystal::Crystal& crystal, const refine::RefineOptions& options,
                     Json& times) {
  restraints::Chemistry chemistry(form.lists, crystal, form.atoms, options.chemistry, world.rank(),
                                  world.size());
  std::vector<kernels::Vec3> gradient(form.atoms.size(), kernels::Vec3::Zero());
  Alternately atoms(form.atoms);
  times["restraints"] =
      median_seconds(world, [&] { chemistry.evaluate(atoms.next().xyz, gradient); });
}

// One evaluation of value and gradient by all parameters of position, as the minimiser asks for it.
void time_step(const parallel::Communicator& world, refine::FormInput form,
               const refine::RefineOptions& options, Json& times) {
  std::vector<refine::FormInput> inputs;
  if (world.is_root()) inputs.push_back(std::move(form));
  refine::Ensemble ensemble(world, std::move(inputs), options);
  coordinate(world, ensemble, [&] {
    ensemble.renew(refine::OverallB::kept_in_scale);
    Alternately x(ensemble.values(refine::Parameters::positions));
    const std::vector<double> weights(1, 1.0);
    times["step"] = median_seconds(parallel::Communicator::self(), [&] {
      ensemble.evaluate(refine::Parameters::positions, refine::Parts::sum, weights, x.next());
    });
    double peak = 0;
    for (const refine::RankReport& rank : ensemble.rank_reports())
      peak = std::max(peak, rank.peak_mib);
    times["peak_mib"] = peak;
  });
}

void print_line(const Json& object) { std::printf("%s\n", object.dump().c_str()); }

// What ranks do in a part of the work, a JSON line a phase.
void tell_traffic(refine::Ensemble& ensemble, const std::string& part,
                  const std::function<void()>& work) {
  ensemble.take_traffic();  // printing is no part of it
  work();
  for (Json object : run::traffic_objects(ensemble.take_traffic())) {
    object["part"] = part;
    print_line(object);
  }
}

void tell_case(const refine::Ensemble& ensemble) {
  const refine::FormInput& form = ensemble.input(0);
  print_line({{"kind", "case"},
              {"ranks", ensemble.n_ranks()},
              {"n_atoms", form.atoms.size()},
              {"n_hydrogens", form.hydrogens.size()},
              {"n_reflections", form.reflections.size()}});
}

// Solvent and scales made anew, then evaluations of value and gradient by all positions. The first
// of them lists contacts, as few others do.
void count_traffic(const parallel::Communicator& world, std::vector<refine::FormInput> inputs,
                   const refine::RefineOptions& options, int evaluations) {
  parallel::count_processor_seconds();
  refine::Ensemble ensemble(world, std::move(inputs), options);
  coordinate(world, ensemble, [&] {
    tell_case(ensemble);
    tell_traffic(ensemble, "renew", [&] { ensemble.renew(refine::OverallB::kept_in_scale); });
    Alternately x(ensemble.values(refine::Parameters::positions));
    const std::vector<double> weights(1, 1.0);
    for (int i = 0; i <= evaluations; ++i)
      tell_traffic(ensemble, i == 0 ? "first_evaluation" : "evaluation", [&] {
        ensemble.evaluate(refine::Parameters::positions, refine::Parts::sum, weights, x.next());
      });
  });
}

}  // namespace

void bench(const parallel::Communicator& world, const Request& request) {
  base::Log log;
  Forms forms;
  world.agree([&] {
    if (request.job.forms.size() != 1)
      throw base::UsageError("bench: times one crystal form; the job has " +
                             std::to_string(request.job.forms.size()));
    if (world.is_root()) forms = read_forms(request.job, log);
  });
  if (request.traffic > 0)
    return count_traffic(world, std::move(forms.inputs), request.job.refine, request.traffic);
  refine::FormInput form =
      world.broadcast_packed(world.is_root() ? std::move(forms.inputs[0]) : refine::FormInput{});
  const crystal::Crystal crystal = crystal::make_crystal(form.cell, form.space_group);

  Json times = {{"grid", nullptr},
                {"ranks", world.size()},
                {"n_atoms", form.atoms.size()},
                {"n_reflections", form.reflections.size()}};
  time_ruler(world, crystal, form.reflections.d_min(), times);
  time_density(world, form, crystal, request.job.refine, times);
  time_restraints(world, form, crystal, request.job.refine, times);
  time_step(world, std::move(form), request.job.refine, times);
  if (world.is_root()) std::printf("%s\n", times.dump(2).c_str());
}

}  // namespace polyform::app
