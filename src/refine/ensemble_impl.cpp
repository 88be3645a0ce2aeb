// SPDX-License-Identifier: MPL-2.0
// What every rank does when the coordinator calls.
#include "refine/ensemble_impl.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/parallel/traffic.hpp"
#include "refine/memory.hpp"
#include "refine/status_packet.hpp"
#include "refine/weight_trials.hpp"

namespace polyform::refine {
namespace {

// Grid points x log + reflections x symmetry + atoms, with weights near what each costs.
double cost(const FormInput& form) {
  const crystal::Crystal crystal = crystal::make_crystal(form.cell, form.space_group);
  const double d_min = form.reflections.size() > 0 ? form.reflections.d_min() : 1.0;
  const double points = crystal.cell.volume * std::pow(3.0 / d_min, 3);
  return points * std::log2(points + 2) +
         40.0 * static_cast<double>(form.reflections.size()) *
             static_cast<double>(crystal.primitive.size()) +
         5000.0 * static_cast<double>(form.atoms.size());
}

std::vector<double> costs(const std::vector<FormInput>& forms) {
  std::vector<double> all;
  for (const FormInput& form : forms) all.push_back(cost(form));
  return all;
}

// Of the coordinator's forms, on every rank.
std::vector<double> shared_costs(const parallel::Communicator& everyone,
                                 const std::vector<FormInput>& forms) {
  std::vector<double> all;
  everyone.agree([&] {
    if (everyone.is_root()) all = costs(forms);
  });
  return everyone.broadcast_packed(std::move(all));
}

// What a rank needs to know of a form that others serve.
void keep_atoms(FormInput& form) {
  FormInput kept;
  kept.name = std::move(form.name);
  kept.weight = form.weight;
  kept.atoms = std::move(form.atoms);
  form = std::move(kept);
}

// The terms of a form as numbers that ranks can add up.
constexpr std::size_t n_terms = 11;
void pack_terms(const PartialTerms& part, std::span<double> to) {
  const restraints::Energies& e = part.terms.energies;
  const double values[n_terms] = {e.bond,
                                  e.angl,
                                  e.dihe,
                                  e.impr,
                                  e.vdw,
                                  e.elec,
                                  e.hold,
                                  part.terms.b_restraints,
                                  part.terms.target,
                                  part.r_numerator,
                                  part.r_denominator};
  std::copy(std::begin(values), std::end(values), to.begin());
}
FormTerms unpack_terms(std::span<const double> from, double weight, double on_b) {
  FormTerms terms;
  terms.energies = {from[0], from[1], from[2], from[3], from[4], from[5], from[6]};
  terms.b_restraints = from[7];
  terms.target = from[8];
  terms.weight = weight;
  terms.on_b = on_b;
  terms.r_work = from[10] > 0 ? from[9] / from[10] : 0;
  return terms;
}

}  // namespace

Ensemble::Impl::Impl(parallel::Communicator everyone, std::vector<FormInput> all,
                     const RefineOptions& given)
    : options(given), cost(shared_costs(everyone, all)), teams(everyone, cost) {
  receive(std::move(all));
  world().agree([&] {
    for (std::size_t k = 0; k < teams.served.size(); ++k) {
      FormInput& form = inputs[form_served(k)];
      served.push_back(std::make_unique<Form>(form, options.of(form_served(k)), teams.form[k]));
      if (!world().is_root()) keep_atoms(form);  // the rest is the keeper's
    }
    if (!world().is_root()) return;
    for (const FormInput& form : inputs) {
      const restraints::ChemistryOptions& chemistry = options.of(crystals.size()).chemistry;
      crystals.push_back(crystal::make_crystal(form.cell, form.space_group));
      whole_chemistry.emplace_back(form.lists, crystals.back(), form.atoms, chemistry, 0, 1,
                                   term_factors(form, chemistry));
      whole_chemistry.back().set_hydrogens(form.hydrogens);
      given_at.push_back(form.atoms.xyz);
      renewed_at.push_back(form.atoms.xyz);
    }
  });
  for (FormInput& form : inputs) form.lists = {};  // each keeper has its own
}

// Form by form, so that no rank ever holds what it does not serve but of one form.
void Ensemble::Impl::receive(std::vector<FormInput> all) {
  for (std::size_t f = 0; f < teams.plan.size(); ++f) {
    FormInput form = world().is_root() ? std::move(all[f]) : FormInput{};
    inputs.push_back(world().broadcast_packed(std::move(form)));
    if (!world().is_root() && !teams.plan[f].has(world().rank())) keep_atoms(inputs.back());
  }
}

// Where the values of a form start among those of all forms.
std::size_t Ensemble::Impl::first_value(std::size_t form, Parameters which) const {
  std::size_t at = 0;
  for (std::size_t f = 0; f < form; ++f) at += count_values(inputs[f].atoms, which);
  return at;
}

std::vector<double> Ensemble::Impl::values(Parameters which) const {
  std::vector<double> x(n_values(which));
  for (std::size_t f = 0; f < inputs.size(); ++f)
    copy_values(inputs[f].atoms, which, slice(std::span<double>(x), f, which));
  return x;
}

void Ensemble::Impl::set_values(Parameters which, std::span<const double> x) {
  for (std::size_t f = 0; f < inputs.size(); ++f)
    put_values(slice(x, f, which), which, inputs[f].atoms);
}

// The coordinator's values of one kind, in the atoms of every rank.
void Ensemble::Impl::spread(Parameters which, std::vector<double>& x) {
  const parallel::Phase phase("parameters");
  parallel::count_work(static_cast<double>(x.size()));
  world().broadcast(std::span<double>(x));
  set_values(which, x);
  for (std::size_t k = 0; k < served.size(); ++k) {
    const auto f = form_served(k);
    put_values(slice(std::span<const double>(x), f, which), which, served[k]->atoms());
  }
}
void Ensemble::Impl::spread_atoms() {
  // B after U, of which it is the mean: so B is the same to the last bit.
  std::vector<double> b = values(Parameters::b_factors);
  for (Parameters which : {Parameters::positions, Parameters::occupancies, Parameters::u_aniso}) {
    std::vector<double> x = values(which);
    spread(which, x);
  }
  spread(Parameters::b_factors, b);
}

void Ensemble::Impl::set_hydrogens(std::size_t form, restraints::RidingHydrogens hydrogens) {
  hydrogens = world().broadcast_packed(std::move(hydrogens));
  inputs[form].hydrogens = hydrogens;
  for (std::size_t k = 0; k < served.size(); ++k)
    if (form_served(k) == form) served[k]->set_hydrogens(hydrogens);
  if (world().is_root()) whole_chemistry[form].set_hydrogens(hydrogens);
}

void Ensemble::Impl::set_tensors(std::size_t form, std::vector<kernels::Sym3> u_aniso) {
  u_aniso = world().broadcast_packed(std::move(u_aniso));
  for (std::size_t k = 0; k < served.size(); ++k)
    if (form_served(k) == form) served[k]->set_tensors(u_aniso);
  inputs[form].atoms.u_aniso = std::move(u_aniso);
}

std::vector<FormStatus> Ensemble::Impl::renew(OverallB overall_b) {
  const parallel::Phase phase("renew");
  spread_atoms();
  std::vector<FormStatus> found(served.size());
  world().agree([&] {
    for (std::size_t k = 0; k < served.size(); ++k) found[k] = served[k]->renew(overall_b);
  });
  std::vector<FormStatus> all = collect(found);
  spread_b_of_teams();
  const parallel::Phase report("geometry_report");
  if (world().is_root())
    for (std::size_t f = 0; f < all.size(); ++f) {
      renewed_at[f] = inputs[f].atoms.xyz;
      all[f].geometry = whole_chemistry[f].report(inputs[f].atoms.xyz);
      all[f].anisotropic =
          restraints::anisotropic_report(whole_chemistry[f].lists(), inputs[f].atoms);
    }
  return all;
}

void Ensemble::Impl::renew_maps() {
  spread_atoms();
  world().agree([&] {
    for (const auto& form : served) form->renew_maps();
  });
}

std::vector<double> Ensemble::Impl::shift_overall_b() {
  spread_atoms();
  std::vector<double> shifts(inputs.size(), 0.0);
  world().agree([&] {
    for (std::size_t k = 0; k < served.size(); ++k) {
      const double shift = served[k]->shift_overall_b();
      if (leads(k)) shifts[form_served(k)] = shift;
    }
  });
  world().sum_to_root(shifts);
  spread_b_of_teams();
  return shifts;
}

// B of every form as its team left them (the overall B may have moved into them), to all ranks.
void Ensemble::Impl::spread_b_of_teams() {
  std::vector<double> x(n_values(Parameters::b_factors), 0.0);
  for (std::size_t k = 0; k < served.size(); ++k)
    if (leads(k))
      copy_values(served[k]->atoms(), Parameters::b_factors,
                  slice(std::span<double>(x), form_served(k), Parameters::b_factors));
  world().sum_to_root(x);
  spread(Parameters::b_factors, x);
}

// What the leaders have, one a form, on the coordinator.
template <class T>
std::vector<T> Ensemble::Impl::collect(std::vector<T>& found) const {
  std::vector<T> all(world().is_root() ? inputs.size() : 0);
  for (std::size_t k = 0; k < served.size(); ++k)
    if (leads(k)) {
      const auto f = form_served(k);
      if (world().is_root()) {
        all[f] = std::move(found[k]);
      } else {
        parallel::Packet packet;
        travel(packet, found[k]);
        world().send(packet, 0);
      }
    }
  if (world().is_root())
    for (std::size_t f = 0; f < inputs.size(); ++f)
      if (leader(f) != 0) {
        parallel::Packet packet;
        world().receive(packet, leader(f));
        travel(packet, all[f]);
      }
  return all;
}

Evaluation Ensemble::Impl::evaluate(Parameters which, Parts parts, std::vector<double> weights,
                                    std::vector<double> x, std::vector<double> on_b) {
  const parallel::Phase phase("gradients");
  x.resize(n_values(which));
  parallel::count_work(static_cast<double>(x.size()));
  weights.resize(inputs.size());
  on_b.resize(inputs.size(), 1.0);
  spread(which, x);
  world().broadcast(std::span<double>(weights));
  world().broadcast(std::span<double>(on_b));

  // One sum brings everything: terms of each form, then the gradients.
  const std::size_t head = n_terms * inputs.size();
  std::vector<double> found(head + 2 * x.size(), 0.0);
  const std::span<double> chemistry(found.data() + head, x.size());
  const std::span<double> target(found.data() + head + x.size(), x.size());
  world().agree([&] {
    for (std::size_t k = 0; k < served.size(); ++k) {
      const auto f = form_served(k);
      const std::span<double> by_chemistry = slice(chemistry, f, which);
      const std::span<double> by_target = slice(target, f, which);
      const PartialTerms part = served[k]->evaluate(which, {by_chemistry, by_target});
      pack_terms(part, std::span<double>(found).subspan(n_terms * f, n_terms));
      for (double& slope : other_part(by_chemistry, which, inputs[f].atoms)) slope *= on_b[f];
      if (parts == Parts::sum)
        for (std::size_t i = 0; i < by_chemistry.size(); ++i)
          by_chemistry[i] = inputs[f].weight * (by_chemistry[i] + weights[f] * by_target[i]);
    }
  });
  if (parts == Parts::sum) found.resize(head + x.size());
  world().sum_to_root(found);

  Evaluation result;
  if (!world().is_root()) return result;
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    result.forms.push_back(unpack_terms(
        std::span<const double>(found).subspan(n_terms * f, n_terms), weights[f], on_b[f]));
    if (parts == Parts::sum) result.forms.back().beside_others = inputs[f].weight;
  }
  const auto middle = found.begin() + static_cast<std::ptrdiff_t>(head + x.size());
  result.gradient.assign(found.begin() + static_cast<std::ptrdiff_t>(head), middle);
  result.of_target.assign(middle, found.end());
  return result;
}

// Atoms that nothing is bonded to are held where they were given, in trials as well.
std::vector<std::vector<TrialOutcome>> Ensemble::Impl::try_weights(int cycle) {
  std::vector<TrialForm> forms;
  for (std::size_t f = 0; world().is_root() && f < inputs.size(); ++f) {
    forms.push_back({inputs[f], inputs[f].atoms.xyz});
    forms[f].input.lists = whole_chemistry[f].lists();
    forms[f].input.atoms.xyz = given_at[f];
  }
  std::vector<restraints::NcsGroup> groups;
  for (const restraints::NcsRestraint& restraint : ncs) groups.push_back(restraint.group());
  return run_trials(world(), std::move(forms), std::move(groups), options, cycle);
}

FormMaps Ensemble::Impl::maps(std::size_t form) {
  spread_atoms();
  std::vector<FormMaps> found(served.size());
  world().agree([&] {
    for (std::size_t k = 0; k < served.size(); ++k)
      if (form_served(k) == form) found[k] = served[k]->maps();
  });
  std::vector<FormMaps> all = collect(found);
  return world().is_root() ? std::move(all[form]) : FormMaps{};
}

// Of the mean, by the cost of the forms.
double Ensemble::Impl::load_of(int rank) const {
  double mine = 0, all = 0;
  for (std::size_t f = 0; f < cost.size(); ++f) {
    all += cost[f];
    if (teams.plan[f].has(rank)) mine += cost[f] / teams.plan[f].count;
  }
  return mine / all * world().size();
}

parallel::TrafficReport Ensemble::Impl::take_traffic() {
  return parallel::report(world(), parallel::take_tallies());
}

std::vector<RankReport> Ensemble::Impl::rank_reports() {
  RankReport mine;
  for (const auto& form : served) mine.bytes_exchanged += form->bytes_exchanged();
  mine.load = load_of(world().rank());
  mine.peak_mib = peak_memory_mib();
  std::vector<RankReport> all(static_cast<std::size_t>(world().size()));
  world().all_gather(std::span<const RankReport>(&mine, 1), std::span<RankReport>(all),
                     parallel::Partition(all.size(), world().size()));
  return all;
}

}  // namespace polyform::refine
