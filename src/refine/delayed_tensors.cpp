// SPDX-License-Identifier: MPL-2.0
// When tensors begin, and their shapes until then.
#include "refine/delayed_tensors.hpp"

#include <algorithm>
#include <utility>

#include "polyform/base/text.hpp"
#include "refine/free_parameters.hpp"
#include "refine/kick.hpp"

namespace polyform::refine {
namespace {

bool is_sphere(const kernels::Sym3& u) {
  return u[0] == u[1] && u[0] == u[2] && u[3] == 0 && u[4] == 0 && u[5] == 0;
}

bool all_spheres(const crystal::Atoms& atoms) {
  return std::all_of(atoms.u_aniso.begin(), atoms.u_aniso.end(), is_sphere);
}

}  // namespace

DelayedTensors::DelayedTensors(Ensemble& ensemble, const RefineOptions& options)
    : ensemble_(ensemble) {
  if (options.positions.steps == 0) return;
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form) {
    if (!has_free_tensors(ensemble.input(form))) continue;
    const bool spheres = all_spheres(ensemble.atoms(form));
    const int wanted = std::max(last_kicked_cycle(options), spheres ? 1 : 0) + 1;
    const int until = std::min(wanted, options.cycles);
    if (until > 1) waits_.push_back({form, spheres ? 0 : 1, until, {}, {}});
  }
}

void DelayedTensors::before_cycle(int cycle) {
  for (Wait& wait : waits_) {
    if (cycle == wait.from) put_away(wait);
    if (cycle == wait.until) give_back(wait);
  }
}

bool DelayedTensors::give_back_all() {
  bool any = false;
  for (Wait& wait : waits_) {
    any = any || !wait.tensor.empty();
    give_back(wait);
  }
  return any;
}

int DelayedTensors::first_cycle() const {
  int first = 1;
  for (const Wait& wait : waits_) first = std::max(first, wait.until);
  return first;
}

std::vector<std::string> DelayedTensors::told() const {
  std::vector<std::string> lines;
  for (const Wait& wait : waits_)
    lines.push_back(base::format("%s: B of all atoms is refined first, U from cycle %d on",
                                 ensemble_.name(wait.form).c_str(), wait.until));
  return lines;
}

void DelayedTensors::put_away(Wait& wait) {
  const crystal::Atoms& atoms = ensemble_.atoms(wait.form);
  wait.tensor = atoms.u_aniso;
  wait.b = atoms.b;
  ensemble_.set_tensors(wait.form, {});
}

// Scaled, a tensor is as positive as it was, and as its site allows.
void DelayedTensors::give_back(Wait& wait) {
  if (wait.tensor.empty()) return;
  const std::vector<double>& b = ensemble_.atoms(wait.form).b;
  for (std::size_t i = 0; i < b.size(); ++i)
    if (wait.b[i] > 0)
      for (double& u : wait.tensor[i]) u *= b[i] / wait.b[i];
  ensemble_.set_tensors(wait.form, std::exchange(wait.tensor, {}));
}

}  // namespace polyform::refine
