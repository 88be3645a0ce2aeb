// SPDX-License-Identifier: MPL-2.0
// The forms of a run on their ranks. The coordinator's calls are commands that every rank carries
// out alike: a command travels, then the parameters it needs, then the work is done by the teams,
// then what was found goes to the coordinator.
#include "polyform/refine/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "polyform/parallel/teams.hpp"
#include "refine/form.hpp"
#include "refine/memory.hpp"
#include "refine/status_packet.hpp"

namespace polyform::refine {
namespace {

enum class Command : int { hydrogens, renew, evaluate, maps, rank_reports, finish, fail };

struct Call {
  Command command;
  int argument = 0;  // OverallB of renew, form of maps and hydrogens
  Parameters which = Parameters::positions;
  Parts parts = Parts::sum;
};

// Grid points x log + reflections x symmetry + atoms, with weights near what each costs.
double cost(const FormInput& form) {
  const auto& c = form.cell;
  const crystal::Crystal crystal =
      crystal::make_crystal(gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), form.space_group);
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

// The coordinator's inputs, on every rank.
std::vector<FormInput> share_inputs(const parallel::Communicator& world,
                                    std::vector<FormInput> inputs) {
  parallel::Packet packet;
  if (world.is_root()) packet(inputs);
  world.broadcast(packet);
  if (!world.is_root()) {
    inputs.clear();
    packet(inputs);
  }
  return inputs;
}

}  // namespace

struct Ensemble::Impl {
  Impl(parallel::Communicator everyone, std::vector<FormInput> all, const RefineOptions& given)
      : options(given),
        inputs(share_inputs(everyone, std::move(all))),
        teams(std::move(everyone), costs(inputs)) {
    world().agree([&] {
      for (std::size_t k = 0; k < teams.served.size(); ++k)
        served.push_back(std::make_unique<Form>(input_served(k), options, teams.form[k]));
      if (!world().is_root()) return;
      for (const FormInput& form : inputs) {
        const auto& c = form.cell;
        crystals.push_back(crystal::make_crystal(
            gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), form.space_group));
        whole_chemistry.emplace_back(form.lists, crystals.back(), form.atoms, options.chemistry, 0,
                                     1);
      }
    });
    for (FormInput& form : inputs) form.lists = {};  // each keeper has its own
  }

  const parallel::Communicator& world() const { return teams.world; }
  const FormInput& input_served(std::size_t k) const {
    return inputs[static_cast<std::size_t>(teams.served[k])];
  }
  bool leads(std::size_t k) const { return teams.form[k].is_root(); }
  int leader(std::size_t form) const { return teams.plan[form].first; }

  // Where the values of a form start among those of all forms.
  std::size_t first_value(std::size_t form, Parameters which) const {
    std::size_t at = 0;
    for (std::size_t f = 0; f < form; ++f) at += count_values(inputs[f].atoms, which);
    return at;
  }
  std::size_t n_values(Parameters which) const { return first_value(inputs.size(), which); }

  std::vector<double> values(Parameters which) const {
    std::vector<double> x(n_values(which));
    for (std::size_t f = 0; f < inputs.size(); ++f)
      copy_values(inputs[f].atoms, which, slice(std::span<double>(x), f, which));
    return x;
  }
  void set_values(Parameters which, std::span<const double> x) {
    for (std::size_t f = 0; f < inputs.size(); ++f)
      put_values(slice(x, f, which), which, inputs[f].atoms);
  }
  template <class T>
  std::span<T> slice(std::span<T> x, std::size_t form, Parameters which) const {
    return x.subspan(first_value(form, which), count_values(inputs[form].atoms, which));
  }

  // The coordinator's values of one kind, in the atoms of every rank.
  void spread(Parameters which, std::vector<double>& x) {
    world().broadcast(std::span<double>(x));
    set_values(which, x);
    for (std::size_t k = 0; k < served.size(); ++k) {
      const auto f = static_cast<std::size_t>(teams.served[k]);
      put_values(slice(std::span<const double>(x), f, which), which, served[k]->atoms());
    }
  }
  void spread_atoms() {
    for (Parameters which : {Parameters::positions, Parameters::b_factors}) {
      std::vector<double> x = values(which);
      spread(which, x);
    }
  }

  void set_hydrogens(std::size_t form, restraints::RidingHydrogens hydrogens) {
    parallel::Packet packet;
    if (world().is_root()) packet(hydrogens);
    world().broadcast(packet);
    if (!world().is_root()) packet(hydrogens);
    for (std::size_t k = 0; k < served.size(); ++k)
      if (static_cast<std::size_t>(teams.served[k]) == form) served[k]->set_hydrogens(hydrogens);
  }

  std::vector<FormStatus> renew(OverallB overall_b) {
    spread_atoms();
    std::vector<FormStatus> found(served.size());
    world().agree([&] {
      for (std::size_t k = 0; k < served.size(); ++k) found[k] = served[k]->renew(overall_b);
    });
    std::vector<FormStatus> all = collect(found);
    std::vector<double> b = collect_b();
    spread(Parameters::b_factors, b);
    if (world().is_root())
      for (std::size_t f = 0; f < all.size(); ++f)
        all[f].geometry = whole_chemistry[f].report(inputs[f].atoms.xyz);
    return all;
  }

  // B of every form as its team left them (the overall B may have moved into them).
  std::vector<double> collect_b() const {
    std::vector<double> x(n_values(Parameters::b_factors), 0.0);
    for (std::size_t k = 0; k < served.size(); ++k)
      if (leads(k))
        copy_values(served[k]->atoms(), Parameters::b_factors,
                    slice(std::span<double>(x), static_cast<std::size_t>(teams.served[k]),
                          Parameters::b_factors));
    world().sum_to_root(x);
    return x;
  }

  // What the leaders have, one a form, on the coordinator.
  template <class T>
  std::vector<T> collect(std::vector<T>& found) const {
    std::vector<T> all(world().is_root() ? inputs.size() : 0);
    for (std::size_t k = 0; k < served.size(); ++k)
      if (leads(k)) {
        const auto f = static_cast<std::size_t>(teams.served[k]);
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

  Evaluation evaluate(Parameters which, Parts parts, std::vector<double> weights,
                      std::vector<double> x) {
    x.resize(n_values(which));
    weights.resize(inputs.size());
    spread(which, x);
    world().broadcast(std::span<double>(weights));

    // One sum brings everything: terms of each form, then the gradients.
    const std::size_t head = n_terms * inputs.size();
    std::vector<double> found(head + 2 * x.size(), 0.0);
    const std::span<double> chemistry(found.data() + head, x.size());
    const std::span<double> target(found.data() + head + x.size(), x.size());
    world().agree([&] {
      for (std::size_t k = 0; k < served.size(); ++k) {
        const auto f = static_cast<std::size_t>(teams.served[k]);
        const PartialTerms part =
            served[k]->evaluate(which, {slice(chemistry, f, which), slice(target, f, which)});
        pack_terms(part, std::span<double>(found).subspan(n_terms * f, n_terms));
        if (parts == Parts::sum)
          for (std::size_t i = 0; i < slice(chemistry, f, which).size(); ++i)
            slice(chemistry, f, which)[i] += weights[f] * slice(target, f, which)[i];
      }
    });
    if (parts == Parts::sum) found.resize(head + x.size());
    world().sum_to_root(found);

    Evaluation result;
    if (!world().is_root()) return result;
    for (std::size_t f = 0; f < inputs.size(); ++f)
      result.forms.push_back(
          unpack_terms(std::span<const double>(found).subspan(n_terms * f, n_terms), weights[f]));
    const auto middle = found.begin() + static_cast<std::ptrdiff_t>(head + x.size());
    result.gradient.assign(found.begin() + static_cast<std::ptrdiff_t>(head), middle);
    result.of_target.assign(middle, found.end());
    return result;
  }

  static constexpr std::size_t n_terms = 11;
  static void pack_terms(const PartialTerms& part, std::span<double> to) {
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
  static FormTerms unpack_terms(std::span<const double> from, double weight) {
    FormTerms terms;
    terms.energies = {from[0], from[1], from[2], from[3], from[4], from[5], from[6]};
    terms.b_restraints = from[7];
    terms.target = from[8];
    terms.weight = weight;
    terms.r_work = from[10] > 0 ? from[9] / from[10] : 0;
    return terms;
  }

  FormMaps maps(std::size_t form) {
    spread_atoms();
    std::vector<FormMaps> found(served.size());
    world().agree([&] {
      for (std::size_t k = 0; k < served.size(); ++k)
        if (static_cast<std::size_t>(teams.served[k]) == form) found[k] = served[k]->maps();
    });
    std::vector<FormMaps> all = collect(found);
    return world().is_root() ? std::move(all[form]) : FormMaps{};
  }

  std::vector<RankReport> rank_reports() {
    RankReport mine;
    for (const auto& form : served) mine = form->report();
    mine.peak_mib = peak_memory_mib();
    std::vector<RankReport> all(static_cast<std::size_t>(world().size()));
    world().all_gather(std::span<const RankReport>(&mine, 1), std::span<RankReport>(all),
                       parallel::Partition(all.size(), world().size()));
    return all;
  }

  const RefineOptions& options;
  std::vector<FormInput> inputs;
  parallel::Teams teams;
  std::vector<std::unique_ptr<Form>> served;  // in the order of teams.served
  std::vector<crystal::Crystal> crystals;     // coordinator: of every form
  std::vector<restraints::Chemistry> whole_chemistry;
};

Ensemble::Ensemble(parallel::Communicator world, std::vector<FormInput> inputs,
                   const RefineOptions& options)
    : impl_(std::make_unique<Impl>(std::move(world), std::move(inputs), options)) {}
Ensemble::~Ensemble() = default;

void Ensemble::serve() {
  for (;;) {
    const Call call = impl_->world().broadcast_value(Call{});
    switch (call.command) {
      case Command::hydrogens:
        impl_->set_hydrogens(static_cast<std::size_t>(call.argument), {});
        break;
      case Command::renew:
        impl_->renew(static_cast<OverallB>(call.argument));
        break;
      case Command::evaluate:
        impl_->evaluate(call.which, call.parts, {}, {});
        break;
      case Command::maps:
        impl_->maps(static_cast<std::size_t>(call.argument));
        break;
      case Command::rank_reports:
        impl_->rank_reports();
        break;
      case Command::finish:
        return;
      case Command::fail: {
        parallel::Packet packet;
        impl_->world().broadcast(packet);
        std::string message;
        packet(message);
        throw parallel::AgreedError(message, static_cast<base::ExitCode>(call.argument));
      }
    }
  }
}

void Ensemble::set_hydrogens(std::size_t form, const restraints::RidingHydrogens& hydrogens) {
  impl_->world().broadcast_value(Call{Command::hydrogens, static_cast<int>(form)});
  impl_->set_hydrogens(form, hydrogens);
}

std::vector<FormStatus> Ensemble::renew(OverallB overall_b) {
  impl_->world().broadcast_value(Call{Command::renew, static_cast<int>(overall_b)});
  return impl_->renew(overall_b);
}

Evaluation Ensemble::evaluate(Parameters which, Parts parts, std::span<const double> weights,
                              std::span<const double> x) {
  impl_->world().broadcast_value(Call{Command::evaluate, 0, which, parts});
  return impl_->evaluate(which, parts, {weights.begin(), weights.end()}, {x.begin(), x.end()});
}

FormMaps Ensemble::maps(std::size_t form) {
  impl_->world().broadcast_value(Call{Command::maps, static_cast<int>(form)});
  return impl_->maps(form);
}

std::vector<RankReport> Ensemble::rank_reports() {
  impl_->world().broadcast_value(Call{Command::rank_reports});
  return impl_->rank_reports();
}

void Ensemble::finish() { impl_->world().broadcast_value(Call{Command::finish}); }

void Ensemble::fail(const std::string& message, base::ExitCode code) {
  impl_->world().broadcast_value(Call{Command::fail, static_cast<int>(code)});
  parallel::Packet packet;
  std::string copy = message;
  packet(copy);
  impl_->world().broadcast(packet);
}

double Ensemble::chemistry(std::span<const double> x, std::span<double> gradient) {
  double total = 0;
  for (std::size_t f = 0; f < n_forms(); ++f) {
    const std::span<const double> mine = impl_->slice(x, f, Parameters::positions);
    const std::size_t n = mine.size() / 3;
    std::vector<Vec3> xyz(n), slope(n, Vec3::Zero());
    for (std::size_t i = 0; i < n; ++i)
      xyz[i] = Vec3(mine[3 * i], mine[3 * i + 1], mine[3 * i + 2]);
    total += impl_->whole_chemistry[f].evaluate(xyz, slope).total();
    const std::span<double> to = impl_->slice(gradient, f, Parameters::positions);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < 3; ++k) to[3 * i + k] = slope[i][static_cast<int>(k)];
  }
  return total;
}

std::size_t Ensemble::n_work(std::size_t form) const {
  return reflections(form).count(crystal::Use::work);
}
std::size_t Ensemble::n_forms() const { return impl_->inputs.size(); }
const std::string& Ensemble::name(std::size_t form) const { return impl_->inputs[form].name; }
const crystal::Crystal& Ensemble::crystal(std::size_t form) const { return impl_->crystals[form]; }
const crystal::Reflections& Ensemble::reflections(std::size_t form) const {
  return impl_->inputs[form].reflections;
}
const std::vector<parallel::TeamPlan>& Ensemble::plan() const { return impl_->teams.plan; }
int Ensemble::n_ranks() const { return impl_->world().size(); }
crystal::Atoms& Ensemble::atoms(std::size_t form) { return impl_->inputs[form].atoms; }
const crystal::Atoms& Ensemble::atoms(std::size_t form) const { return impl_->inputs[form].atoms; }
std::vector<double> Ensemble::values(Parameters which) const { return impl_->values(which); }
void Ensemble::set_values(Parameters which, std::span<const double> x) {
  impl_->set_values(which, x);
}
std::size_t Ensemble::n_values(Parameters which) const { return impl_->n_values(which); }
const restraints::Lists& Ensemble::restraint_lists(std::size_t form) const {
  return impl_->whole_chemistry[form].lists();
}
restraints::GeometryReport Ensemble::geometry(std::size_t form) const {
  return impl_->whole_chemistry[form].report(impl_->inputs[form].atoms.xyz);
}
std::vector<restraints::Outlier> Ensemble::outliers(std::size_t form, std::size_t n) const {
  return impl_->whole_chemistry[form].outliers(impl_->inputs[form].atoms.xyz, n);
}

}  // namespace polyform::refine
