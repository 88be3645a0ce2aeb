// SPDX-License-Identifier: MPL-2.0
// The command `config`: from models and data to a job file.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "app/commands.hpp"
#include "app/find_groups.hpp"
#include "app/match_files.hpp"
#include "polyform/base/atomic_file.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/crystal/file_kind.hpp"
#include "polyform/crystal/isomorphous.hpp"
#include "polyform/job/read_job.hpp"
#include "polyform/job/write_job.hpp"

namespace polyform::app {
namespace {

namespace fs = std::filesystem;
using crystal::Crystal;

std::string text_of(const Crystal& crystal) {
  const gemmi::UnitCell& c = crystal.cell;
  return base::format("%s, %.1f %.1f %.1f %.1f %.1f %.1f", crystal.space_group->xhm().c_str(), c.a,
                      c.b, c.c, c.alpha, c.beta, c.gamma);
}

// A job from files, on the coordinator.
class Configuration {
 public:
  explicit Configuration(const Request& request) : request_(request), file_(request.job.out) {
    if (file_.empty()) file_ = "job.yaml";
    if (fs::exists(file_))
      throw base::OutputError("config: " + file_.string() +
                              " exists; give another name with --out, or remove it");
    log_.to_terminal();
  }

  void run() {
    read_files();
    match();
    job::set_options(job_, assignments(OfGroups::no));
    job_.out.clear();
    set_test_aside();
    if (request_.no_ncs) job_.refine.ncs.find = false;
    if (!request_.no_ncs) {
      refuse_contradictory_sets();
      add_groups();
    }
    job::set_options(job_, assignments(OfGroups::yes));
    job::complete(job_, "config");
    write();
  }

 private:
  enum class OfGroups { no, yes };
  // What flags say of groups waits until there are groups.
  std::vector<job::Assignment> assignments(OfGroups which) const {
    std::vector<job::Assignment> chosen;
    for (const job::Assignment& each : request_.assignments)
      if (each.option.starts_with("ncs.groups.") == (which == OfGroups::yes))
        chosen.push_back(each);
    return chosen;
  }

  // As `refine` would, once NCS ties them.
  void refuse_contradictory_sets() const {
    for (std::size_t a = 0; a < models_.size(); ++a)
      for (std::size_t b = a + 1; b < models_.size(); ++b) {
        if (data_at(a).free_value < 0 || data_at(b).free_value < 0 || !isomorphous(a, b)) continue;
        const auto shared =
            crystal::compare_test_sets(data_at(a).reflections, data_at(b).reflections);
        if (shared.contradictory == 0 || job_.free_sets == "independent") continue;
        throw base::InputError(base::format(
            "%s and %s are isomorphous, and %zu of their %zu common reflections are in the test "
            "set of one alone; give them one test set, or say --set free_sets=independent",
            data_at(a).source.c_str(), data_at(b).source.c_str(), shared.contradictory,
            shared.common));
      }
  }

  // Models and data, each with its crystal. Messages of the readers come again with the job.
  void read_files() {
    base::Log quiet;
    // What flags say of every form; those of named forms wait until there are names.
    job::Job every;
    every.forms.resize(1);
    for (const job::Assignment& assignment : request_.assignments)
      job::set_option(every, assignment);
    for (const std::string& file : request_.files) {
      if (crystal::kind_of_file(file) == crystal::FileKind::model) {
        models_.push_back(crystal::read_model(file, every.model, quiet));
        std::string where = "no crystal of its own";
        if (models_.back().structure.cell.is_crystal())
          where = text_of(crystal::crystal_of(models_.back()));
        model_files_.push_back({file, where});
      } else {
        data_.push_back(crystal::read_reflections(file, every.forms[0].columns, 1, quiet));
        data_files_.push_back(
            {file, text_of(crystal::make_crystal(data_.back().cell, data_.back().space_group))});
      }
    }
  }

  bool fits(const crystal::Model& model, const crystal::Data& data) const {
    base::Log quiet;
    try {
      crystal::agree_on_crystal(model, crystal::make_crystal(data.cell, data.space_group),
                                data.source, quiet);
      return true;
    } catch (const base::InputError&) {
      return false;
    }
  }

  void match() {
    std::vector<std::vector<bool>> fit;
    for (const crystal::Model& model : models_) {
      std::vector<bool>& of_model = fit.emplace_back();
      for (const crystal::Data& data : data_) of_model.push_back(fits(model, data));
    }
    data_of_ = match_files(model_files_, data_files_, fit);
    const std::vector<std::string> names = form_names(model_files_);
    for (std::size_t m = 0; m < models_.size(); ++m) {
      job::FormOptions& form = job_.forms.emplace_back();
      form.name = names[m];
      form.model = model_files_[m].path;
      form.data = data_files_[data_of_[m]].path;
      tell(form.name + ": " + form.model + ", " + form.data +
           base::format(" (%s, %.2f A, %zu reflections)", data_files_[data_of_[m]].crystal.c_str(),
                        data_at(m).reflections.d_min(),
                        data_at(m).reflections.count(crystal::Use::work) +
                            data_at(m).reflections.count(crystal::Use::test)));
    }
  }

  const crystal::Data& data_at(std::size_t form) const { return data_[data_of_[form]]; }

  bool isomorphous(std::size_t a, std::size_t b) const {
    const auto of = [&](std::size_t form) {
      return crystal::make_crystal(data_at(form).cell, data_at(form).space_group);
    };
    return crystal::isomorphous(of(a), of(b));
  }

  // Forms without a test set get one; isomorphous forms the same, since it goes by h, k, l.
  void set_test_aside() {
    for (std::size_t f = 0; f < job_.forms.size(); ++f) {
      crystal::DataOptions& columns = job_.forms[f].columns;
      if (data_at(f).free_value >= 0 || columns.make_free > 0 || !columns.labels.empty()) continue;
      for (std::size_t other = 0; other < job_.forms.size(); ++other)
        if (other != f && isomorphous(f, other) && data_at(other).free_value >= 0)
          throw base::InputError(
              data_at(f).source + " has no test set, and " + data_at(other).source +
              ", which is isomorphous, has one; copy the flags of the latter into the former (as "
              "CCP4's freerflag and FREERFLAG COMPLETE do), so that no form is refined against "
              "the other's test reflections");
      columns.make_free = 5;
      tell(job_.forms[f].name +
           ": no test set in the data; 5 % are set aside (make_free), which "
           "the model may remember");
    }
  }

  void add_groups() {
    std::vector<NamedModel> named;
    for (std::size_t m = 0; m < models_.size(); ++m)
      named.push_back({job_.forms[m].name, &models_[m]});
    const HoldCopies how = request_.superposed ? HoldCopies::superposed : HoldCopies::by_distances;
    for (FoundGroup& group : find_groups(named, job_.refine.ncs.least_identity, how)) {
      tell("NCS group " + group.told);
      job_.refine.ncs.groups.push_back(std::move(group.options));
    }
    if (job_.refine.ncs.groups.empty()) tell("no chains are alike: no NCS");
  }

  void tell(const std::string& lines) {
    log_.info(lines);
    told_ += lines + "\n";
  }

  void write() const {
    std::string header;
    std::istringstream lines(told_);
    for (std::string line; std::getline(lines, line);) header += "# " + line + "\n";
    base::write_atomically(file_, header + job::write_job(job_));
    std::printf("%s is written; look at it, then\n  mpirun -np %zu polyform refine %s\n",
                file_.c_str(), std::max<std::size_t>(2, job_.forms.size()), file_.c_str());
  }

  const Request& request_;
  fs::path file_;
  base::Log log_;
  job::Job job_;
  std::vector<crystal::Model> models_;
  std::vector<crystal::Data> data_;
  std::vector<NamedFile> model_files_, data_files_;
  std::vector<std::size_t> data_of_;  // of each model
  std::string told_;
};

}  // namespace

void config(const parallel::Communicator& world, const Request& request) {
  world.agree([&] {
    if (world.is_root()) Configuration(request).run();
  });
}

}  // namespace polyform::app
