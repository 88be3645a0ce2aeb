// SPDX-License-Identifier: MPL-2.0
// One form's model and map coefficients to files.
#include <algorithm>
#include <cmath>
#include <limits>

#include "polyform/base/units.hpp"
#include "polyform/crystal/write_files.hpp"
#include "polyform/run/outputs.hpp"

namespace polyform::run {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

crystal::RefinementRecord record_of(const refine::FormStatus& status, const std::string& target,
                                    const crystal::Reflections& reflections) {
  const targets::ShellAgreement& overall = status.agreement.overall;
  crystal::RefinementRecord record;
  record.version = POLYFORM_VERSION;
  record.target = target;
  record.d_min = reflections.d_min();
  record.d_max = reflections.d_max();
  record.r_work = overall.r_work;
  record.r_free = overall.r_free;
  record.n_work = overall.n_work;
  record.n_test = overall.n_test;
  record.completeness = 100 * overall.completeness;
  record.rmsd_bond = status.geometry.bond.rmsd;
  record.rmsd_angle = status.geometry.angle.rmsd;
  record.k_sol = status.scales.k_sol;
  record.b_sol = status.scales.b_sol;
  record.b_aniso = status.scales.b_cart;
  record.b_mean = status.b_mean;
  return record;
}

// An amplitude and a phase [degrees] column.
void add_complex(std::vector<crystal::Column>& columns, const char* amplitude, const char* phase,
                 const std::vector<std::complex<double>>& values) {
  crystal::Column f{amplitude, 'F', {}}, phi{phase, 'P', {}};
  f.value.reserve(values.size());
  phi.value.reserve(values.size());
  for (const std::complex<double>& value : values) {
    f.value.push_back(std::abs(value));
    phi.value.push_back(base::degrees(std::arg(value)));
  }
  columns.push_back(std::move(f));
  columns.push_back(std::move(phi));
}

// What stands for m = D = 1 where there are no error estimates, which only a test set gives: 2Fo -
// Fc (Fo at centric reflections), Fo - Fc with the phases of F_model; F_model and 0 where
// unobserved.
void add_plain_maps(refine::FormMaps& maps, const crystal::Reflections& reflections) {
  maps.two_mfo_dfc = maps.f_model;
  maps.mfo_dfc.assign(maps.f_model.size(), {});
  for (std::size_t i = 0; i < maps.f_model.size(); ++i) {
    if (reflections.use[i] == crystal::Use::unobserved) continue;
    const std::complex<double> fo = std::polar(reflections.f_obs[i], std::arg(maps.f_model[i]));
    maps.mfo_dfc[i] = fo - maps.f_model[i];
    maps.two_mfo_dfc[i] = reflections.centric[i] ? fo : 2.0 * fo - maps.f_model[i];
  }
}

std::vector<double> flags_of(const crystal::Reflections& reflections) {
  std::vector<double> flags;
  for (int flag : reflections.flag) flags.push_back(flag < 0 ? missing : flag);
  return flags;
}

std::vector<crystal::Column> columns_of(const crystal::Reflections& reflections,
                                        const refine::FormMaps& maps) {
  std::vector<crystal::Column> columns = {{"FP", 'F', reflections.f_obs},
                                          {"SIGFP", 'Q', reflections.sigma}};
  if (std::any_of(reflections.flag.begin(), reflections.flag.end(), [](int f) { return f >= 0; }))
    columns.push_back({"FREE", 'I', flags_of(reflections)});
  add_complex(columns, "FC", "PHIC", maps.f_calc);
  add_complex(columns, "FC_ALL", "PHIC_ALL", maps.f_model);
  add_complex(columns, "FWT", "PHWT", maps.two_mfo_dfc);
  add_complex(columns, "DELFWT", "PHDELWT", maps.mfo_dfc);
  if (!maps.fom.empty()) columns.push_back({"FOM", 'W', maps.fom});
  return columns;
}

}  // namespace

FormFiles write_form(refine::Ensemble& ensemble, std::size_t form, FormSource& source,
                     const refine::FormStatus& status, const refine::RefineOptions& options,
                     const std::filesystem::path& directory, base::Log& log) {
  const crystal::Crystal& crystal = ensemble.crystal(form);
  const crystal::Reflections& reflections = ensemble.reflections(form);
  const crystal::RefinementRecord record = record_of(status, options.target, reflections);
  FormFiles files{source.name + ".pdb", source.name + ".cif", source.name + ".mtz"};

  crystal::update_structure(source.model, ensemble.atoms(form));
  crystal::write_mmcif(source.model, crystal, record, directory / files.mmcif);
  crystal::write_pdb(source.model, crystal, record, directory / files.model);
  if (!std::filesystem::exists(directory / files.model)) {
    log.info(source.name + ": the model does not fit the PDB format; it is written as mmCIF alone");
    files.model = files.mmcif;
  }
  refine::FormMaps maps = ensemble.maps(form);
  if (maps.two_mfo_dfc.empty()) {
    add_plain_maps(maps, reflections);
    log.info(
        source.name +
        ": without a test set there are no error estimates; the maps are 2Fo - Fc and Fo - Fc");
  }
  crystal::write_mtz(crystal, reflections, source.data.wavelength, columns_of(reflections, maps),
                     "Polyform " + source.name, directory / files.mtz);
  return files;
}

}  // namespace polyform::run
