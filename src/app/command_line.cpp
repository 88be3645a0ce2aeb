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

enum class For { every_command, refinement, simulation };

// A flag that stands for one option of the job.
struct Shorthand {
  const char* flag;
  const char* option;
  const char* argument;
  const char* sentence;
  For what;
};
constexpr Shorthand shorthands[] = {
    {"labels", "forms.labels", "F,SIGF,FREE", "columns of the data file", For::refinement},
    {"free-value", "forms.free_value", "N", "value of the free flag that marks the test set",
     For::refinement},
    {"make-free", "forms.make_free", "N",
     "set N % of the reflections aside as a test set, where the file has none", For::refinement},
    {"name", "forms.name", "NAME", "name of the files that are made", For::simulation},
    {"d-min", "simulate.d_min", "D", "highest resolution of the data [A]", For::simulation},
    {"space-group", "simulate.space_group", "SYMBOL", "space group of the new crystal",
     For::simulation},
    {"cell", "simulate.cell", "A,B,C,AL,BE,GA", "cell of the new crystal [A, degrees]",
     For::simulation},
    {"copies", "simulate.copies", "N", "copies of the molecule in the asymmetric unit",
     For::simulation},
    {"monomers", "dictionary.monomers", "DIR",
     "monomer library ($CLIBD_MON, then /usr/share/refmac/monomers)", For::every_command},
    {"target", "target", "T", "target function: ML, ML_EST, ML_APR, ML_FK, LSQ, MAP or DIFF",
     For::refinement},
    {"cycles", "cycles", "N", "cycles of refinement; 0 reports and writes the model as it stands",
     For::refinement},
    {"seed", "seed", "N", "seed of everything random", For::every_command},
    {"out", "out", "DIR", "directory for everything the run writes; new or empty",
     For::every_command},
};

bool simulates(const std::string& command) { return command == "simulate"; }

std::vector<Shorthand> shorthands_of(const std::string& command) {
  const For other = simulates(command) ? For::refinement : For::simulation;
  std::vector<Shorthand> of_command;
  for (const Shorthand& s : shorthands)
    if (s.what != other) of_command.push_back(s);
  return of_command;
}

po::options_description flags(const std::string& command) {
  po::options_description all("Flags", 96, 60);
  for (const Shorthand& s : shorthands_of(command))
    all.add_options()(s.flag, po::value<std::string>()->value_name(s.argument), s.sentence);
  all.add_options()("ligand", po::value<Words>()->composing()->value_name("FILE"),
                    "restraints (CIF) of a ligand; may be repeated");
  all.add_options()("set", po::value<Words>()->composing()->value_name("key=value"),
                    "any option of 'polyform options'; may be repeated");
  if (command == "bench")
    all.add_options()("traffic", po::value<int>()->value_name("N"),
                      "count what ranks compute and send in N evaluations, in place of times");
  if (command == "check") all.add_options()("pairs", "list every pair of atoms of NCS groups");
  if (command == "config") {
    all.add_options()("superposed",
                      "hold copies superposed, without residues that differ, in place "
                      "of distances");
    all.add_options()("no-ncs", "no NCS groups");
  }
  all.add_options()("help,h", "this text");
  return all;
}

// What Boost found wrong, in our words.
std::string explain(const std::string& command, const po::error& error) {
  const auto* named = dynamic_cast<const po::error_with_option_name*>(&error);
  if (named == nullptr) return error.what();
  const std::string flag = named->get_option_name();
  if (dynamic_cast<const po::unknown_option*>(&error) != nullptr) {
    Words known = {"--ligand", "--set", "--help"};
    for (const Shorthand& s : shorthands_of(command)) known.push_back(std::string("--") + s.flag);
    const std::string near = base::nearest(flag, known);
    return flag + " is not a flag" + (near.empty() ? "" : "; did you mean " + near + "?");
  }
  if (dynamic_cast<const po::multiple_occurrences*>(&error) != nullptr)
    return flag + " is given more than once";
  return flag + " needs a value";
}

po::variables_map parse(const std::string& command, const Words& arguments) {
  po::options_description all = flags(command);
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
    throw base::UsageError(command + ": " + explain(command, error) + " ('polyform " + command +
                           " --help' lists the flags)");
  }
  return values;
}

Words words(const po::variables_map& values, const char* name) {
  return values.count(name) != 0 ? values[name].as<Words>() : Words{};
}

bool is_job_file(const std::string& file) {
  const std::string extension = std::filesystem::path(file).extension().string();
  for (const char* other : {".pdb", ".ent", ".cif", ".mmcif", ".mtz", ".gz"})
    if (extension == other) return false;
  return true;
}

job::Job job_of_form(const std::string& model, const std::string& data) {
  job::Job job;
  job.forms.emplace_back();
  job.forms[0].model = model;
  job.forms[0].data = data;
  return job;
}

// The job of one job file, or of a model and its data.
job::Job job_of_files(const std::string& command, const Words& files) {
  const std::string usage =
      "'polyform " + command + " " + files_of(command) + "' or 'polyform " + command + " JOB.yaml'";
  const std::size_t most = simulates(command) ? 1 : 2;
  if (files.empty()) throw base::UsageError(command + ": no files given; say " + usage);
  if (files.size() > most)
    throw base::UsageError(command + ": " + std::to_string(files.size()) + " files given (" +
                           files[most] + " is one too many); say " + usage);
  if (files.size() == 2) return job_of_form(files[0], files[1]);
  if (!is_job_file(files[0])) {
    if (simulates(command)) return job_of_form(files[0], "");
    throw base::UsageError(command + ": " + files[0] + " alone is not enough; say " + usage);
  }
  return job::read_job(files[0]);
}

std::vector<job::Assignment> assignments_of(const std::string& command,
                                            const po::variables_map& values) {
  std::vector<job::Assignment> assignments;
  for (const Shorthand& s : shorthands_of(command))
    if (values.count(s.flag) != 0) {
      const std::string value = values[s.flag].as<std::string>();
      assignments.push_back({s.option, value, std::string("--") + s.flag + " " + value});
    }
  for (const std::string& text : words(values, "set")) assignments.push_back(job::parse_set(text));
  return assignments;
}

Request understand_config(const po::variables_map& values, const Words& files) {
  if (files.empty())
    throw base::UsageError("config: no files given; say 'polyform config " + files_of("config") +
                           "'");
  Request request;
  request.files = files;
  request.superposed = values.count("superposed") != 0;
  request.no_ncs = values.count("no-ncs") != 0;
  request.assignments = assignments_of("config", values);
  std::erase_if(request.assignments, [&](const job::Assignment& each) {
    if (each.option == "out") request.job.out = each.value;
    return each.option == "out";
  });
  const Words ligands = words(values, "ligand");
  std::string list;
  for (const std::string& ligand : ligands) list += (list.empty() ? "" : ",") + ligand;
  if (!ligands.empty()) request.assignments.push_back({"dictionary.ligands", list, "--ligand"});
  return request;
}

}  // namespace

Request understand(const std::string& command, const Words& arguments) {
  const po::variables_map values = parse(command, arguments);
  Request request;
  request.help = values.count("help") != 0;
  if (request.help) return request;

  request.pairs = values.count("pairs") != 0;
  if (values.count("traffic") != 0) request.traffic = values["traffic"].as<int>();
  const Words files = words(values, "files");
  if (command == "config") return understand_config(values, files);
  request.job = job_of_files(command, files);
  for (const std::string& ligand : words(values, "ligand"))
    request.job.dictionary.ligands.push_back(ligand);
  job::set_options(request.job, assignments_of(command, values));
  job::complete(request.job, files.size() == 1 ? files[0] : "the command line",
                simulates(command) ? job::Needs::model : job::Needs::model_and_data);
  request.stem = job::stem_of(files[0]);
  return request;
}

std::string files_of(const std::string& command) {
  if (command == "config") return "MODEL... DATA...";
  return simulates(command) ? "MODEL" : "MODEL DATA";
}

std::string flags_help(const std::string& command) {
  std::ostringstream text;
  text << flags(command);
  return text.str();
}

}  // namespace polyform::app
