// SPDX-License-Identifier: MPL-2.0
// Command lines by Boost.Program_options, into a job.
#include "app/command_line.hpp"

#include <boost/program_options.hpp>
#include <filesystem>
#include <sstream>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/job/read_job.hpp"

namespace polyform::app {
namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

// A flag that stands for one option of the job.
struct Shorthand {
  const char* flag;
  const char* option;
  const char* argument;
  const char* sentence;
};
constexpr Shorthand shorthands[] = {
    {"labels", "forms.labels", "F,SIGF,FREE", "columns of the data file"},
    {"free-value", "forms.free_value", "N", "value of the free flag that marks the test set"},
    {"make-free", "forms.make_free", "N",
     "set N % of the reflections aside as a test set, where the file has none"},
    {"monomers", "dictionary.monomers", "DIR",
     "monomer library ($CLIBD_MON, then /usr/share/refmac/monomers)"},
    {"target", "target", "T", "target function: ML, ML_EST, ML_APR, ML_FK, LSQ, MAP or DIFF"},
    {"cycles", "cycles", "N", "cycles of refinement; 0 reports and writes the model as it stands"},
    {"seed", "seed", "N", "seed of everything random"},
    {"out", "out", "DIR", "directory for everything the run writes; new or empty"},
};

po::options_description flags() {
  po::options_description all("Flags", 96, 60);
  for (const Shorthand& s : shorthands)
    all.add_options()(s.flag, po::value<std::string>()->value_name(s.argument), s.sentence);
  all.add_options()("ligand", po::value<Words>()->composing()->value_name("FILE"),
                    "restraints (CIF) of a ligand; may be repeated");
  all.add_options()("set", po::value<Words>()->composing()->value_name("key=value"),
                    "any option of 'polyform options'; may be repeated");
  all.add_options()("pairs", "check: list every pair of atoms of NCS groups");
  all.add_options()("help,h", "this text");
  return all;
}

// What Boost found wrong, in our words.
std::string explain(const po::error& error) {
  const auto* named = dynamic_cast<const po::error_with_option_name*>(&error);
  if (named == nullptr) return error.what();
  const std::string flag = named->get_option_name();
  if (dynamic_cast<const po::unknown_option*>(&error) != nullptr) {
    Words known = {"--ligand", "--set", "--help"};
    for (const Shorthand& s : shorthands) known.push_back(std::string("--") + s.flag);
    const std::string near = base::nearest(flag, known);
    return flag + " is not a flag" + (near.empty() ? "" : "; did you mean " + near + "?");
  }
  if (dynamic_cast<const po::multiple_occurrences*>(&error) != nullptr)
    return flag + " is given more than once";
  return flag + " needs a value";
}

po::variables_map parse(const std::string& command, const Words& arguments) {
  po::options_description all = flags();
  all.add_options()("files", po::value<Words>());
  po::positional_options_description positional;
  positional.add("files", -1);
  const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
  po::variables_map values;
  try {
    po::store(
        po::command_line_parser(arguments).options(all).positional(positional).style(style).run(),
        values);
  } catch (const po::error& error) {
    throw base::UsageError(command + ": " + explain(error) + " ('polyform " + command +
                           " --help' lists the flags)");
  }
  return values;
}

Words words(const po::variables_map& values, const char* name) {
  return values.count(name) != 0 ? values[name].as<Words>() : Words{};
}

// The job of one job file, or of a model and its data.
job::Job job_of_files(const std::string& command, const Words& files) {
  const std::string usage =
      "'polyform " + command + " MODEL DATA' or 'polyform " + command + " JOB.yaml'";
  if (files.empty()) throw base::UsageError(command + ": no files given; say " + usage);
  if (files.size() > 2)
    throw base::UsageError(command + ": " + std::to_string(files.size()) + " files given (" +
                           files[2] + " is one too many); say " + usage);
  if (files.size() == 2) {
    job::Job job;
    job.forms.emplace_back();
    job.forms[0].model = files[0];
    job.forms[0].data = files[1];
    return job;
  }
  const std::string extension = std::filesystem::path(files[0]).extension().string();
  for (const char* other : {".pdb", ".ent", ".cif", ".mmcif", ".mtz", ".gz"})
    if (extension == other)
      throw base::UsageError(command + ": " + files[0] + " alone is not enough; say " + usage);
  return job::read_job(files[0]);
}

}  // namespace

Request understand(const std::string& command, const Words& arguments) {
  const po::variables_map values = parse(command, arguments);
  Request request;
  request.help = values.count("help") != 0;
  if (request.help) return request;

  request.pairs = values.count("pairs") != 0;
  if (request.pairs && command != "check")
    throw base::UsageError(command + ": --pairs belongs to 'polyform check'");
  const Words files = words(values, "files");
  request.job = job_of_files(command, files);
  for (const std::string& ligand : words(values, "ligand"))
    request.job.dictionary.ligands.push_back(ligand);
  std::vector<job::Assignment> assignments;
  for (const Shorthand& s : shorthands)
    if (values.count(s.flag) != 0) {
      const std::string value = values[s.flag].as<std::string>();
      assignments.push_back({s.option, value, std::string("--") + s.flag + " " + value});
    }
  for (const std::string& text : words(values, "set")) assignments.push_back(job::parse_set(text));
  job::set_options(request.job, assignments);
  job::complete(request.job, files.size() == 1 ? files[0] : "the command line");
  request.stem = job::stem_of(files[0]);
  return request;
}

std::string flags_help() {
  std::ostringstream text;
  text << flags();
  return text.str();
}

}  // namespace polyform::app
