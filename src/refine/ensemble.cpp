// SPDX-License-Identifier: MPL-2.0
// The forms of a run on their ranks. The coordinator's calls are commands that every rank carries
// out alike: a command travels, then the parameters it needs, then the work is done by the teams,
// then what was found goes to the coordinator.
#include "polyform/refine/ensemble.hpp"

#include "refine/ensemble_impl.hpp"
#include "refine/ncs_term.hpp"

namespace polyform::refine {
namespace {

enum class Command : int {
  hydrogens,
  tensors,
  renew,
  renew_maps,
  overall_b,
  evaluate,
  try_weights,
  maps,
  rank_reports,
  take_traffic,
  finish,
  fail
};

struct Call {
  Command command;
  int argument = 0;  // OverallB of renew, form of maps, hydrogens and tensors, cycle
  Parameters which = Parameters::positions;
  Parts parts = Parts::sum;
};

Call next_call(const parallel::Communicator& world) {
  const parallel::Phase phase("idle");
  return world.broadcast_value(Call{});
}

}  // namespace

Ensemble::Ensemble(parallel::Communicator world, std::vector<FormInput> inputs,
                   const RefineOptions& options)
    : impl_(std::make_unique<Impl>(std::move(world), std::move(inputs), options)) {}
Ensemble::~Ensemble() = default;

void Ensemble::serve() {
  for (;;) {
    const Call call = next_call(impl_->world());
    switch (call.command) {
      case Command::hydrogens:
        impl_->set_hydrogens(static_cast<std::size_t>(call.argument), {});
        break;
      case Command::tensors:
        impl_->set_tensors(static_cast<std::size_t>(call.argument), {});
        break;
      case Command::renew:
        impl_->renew(static_cast<OverallB>(call.argument));
        break;
      case Command::renew_maps:
        impl_->renew_maps();
        break;
      case Command::overall_b:
        impl_->shift_overall_b();
        break;
      case Command::evaluate:
        impl_->evaluate(call.which, call.parts, {}, {}, {});
        break;
      case Command::try_weights:
        impl_->try_weights(call.argument);
        break;
      case Command::maps:
        impl_->maps(static_cast<std::size_t>(call.argument));
        break;
      case Command::rank_reports:
        impl_->rank_reports();
        break;
      case Command::take_traffic:
        impl_->take_traffic();
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

void Ensemble::set_tensors(std::size_t form, const std::vector<kernels::Sym3>& u_aniso) {
  impl_->world().broadcast_value(Call{Command::tensors, static_cast<int>(form)});
  impl_->set_tensors(form, u_aniso);
}

std::vector<FormStatus> Ensemble::renew(OverallB overall_b) {
  impl_->world().broadcast_value(Call{Command::renew, static_cast<int>(overall_b)});
  return impl_->renew(overall_b);
}

void Ensemble::renew_maps() {
  impl_->world().broadcast_value(Call{Command::renew_maps});
  impl_->renew_maps();
}

std::vector<double> Ensemble::shift_overall_b() {
  impl_->world().broadcast_value(Call{Command::overall_b});
  return impl_->shift_overall_b();
}

Evaluation Ensemble::evaluate(Parameters which, Parts parts, std::span<const double> weights,
                              std::span<const double> x, std::span<const double> on_b) {
  impl_->world().broadcast_value(Call{Command::evaluate, 0, which, parts});
  return impl_->evaluate(which, parts, {weights.begin(), weights.end()}, {x.begin(), x.end()},
                         {on_b.begin(), on_b.end()});
}

std::vector<std::vector<TrialOutcome>> Ensemble::try_weights(int cycle) {
  impl_->world().broadcast_value(Call{Command::try_weights, cycle});
  return impl_->try_weights(cycle);
}

FormMaps Ensemble::maps(std::size_t form) {
  impl_->world().broadcast_value(Call{Command::maps, static_cast<int>(form)});
  return impl_->maps(form);
}

std::vector<RankReport> Ensemble::rank_reports() {
  impl_->world().broadcast_value(Call{Command::rank_reports});
  return impl_->rank_reports();
}

parallel::TrafficReport Ensemble::take_traffic() {
  impl_->world().broadcast_value(Call{Command::take_traffic});
  return impl_->take_traffic();
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

void Ensemble::chemistry_curvature(std::size_t form, std::span<const Vec3> xyz,
                                   const restraints::Chemistry::AddBlock& add) const {
  const parallel::Phase phase("chemistry_curvature");
  impl_->whole_chemistry[form].curvature(xyz, add);
}

void Ensemble::tensor_curvature(std::size_t form, const restraints::AddTensorBlock& add) const {
  const parallel::Phase phase("chemistry_curvature");
  impl_->whole_chemistry[form].u_curvature(impl_->inputs[form].atoms,
                                           impl_->options.of(form).tensor_forces(), add,
                                           impl_->renewed_at[form]);
}

void Ensemble::set_ncs(std::vector<restraints::NcsGroup> groups) {
  impl_->ncs.clear();
  for (restraints::NcsGroup& group : groups) impl_->ncs.emplace_back(std::move(group));
}
const std::vector<restraints::NcsRestraint>& Ensemble::ncs() const { return impl_->ncs; }
void Ensemble::settle_ncs(const std::vector<FormStatus>& status, std::span<const double> weights) {
  if (impl_->ncs.empty()) return;
  weigh_copies(impl_->ncs, impl_->options, impl_->inputs, status, weights);
  const std::vector<double> x = values(Parameters::positions);
  for (restraints::NcsRestraint& group : impl_->ncs) group.settle(x);
}
double Ensemble::ncs_energy(Parameters which, std::span<const double> values,
                            std::span<double> gradient, double on_b) const {
  const parallel::Phase phase("ncs");
  return refine::ncs_energy(impl_->ncs, impl_->inputs, which, values, gradient, on_b);
}

std::size_t Ensemble::n_work(std::size_t form) const {
  return reflections(form).count(crystal::Use::work);
}
std::size_t Ensemble::n_forms() const { return impl_->inputs.size(); }
const std::string& Ensemble::name(std::size_t form) const { return impl_->inputs[form].name; }
const FormInput& Ensemble::input(std::size_t form) const { return impl_->inputs[form]; }
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
std::vector<restraints::Outlier> Ensemble::outliers(std::size_t form, std::size_t n,
                                                    double beyond) const {
  return impl_->whole_chemistry[form].outliers(impl_->inputs[form].atoms.xyz, n, beyond);
}

}  // namespace polyform::refine
