// SPDX-License-Identifier: MPL-2.0
// Which command, and how it ended.
#include "polyform/app/run_command.hpp"

#include <cstdio>
#include <exception>

#include "app/commands.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/job/write_job.hpp"

namespace polyform::app {
namespace {

using Words = std::vector<std::string>;

struct Command {
  const char* name;
  const char* sentence;
  void (*run)(const parallel::Communicator&, const Request&);
};
constexpr Command commands[] = {
    {"refine", "refines models against their data", refine},
    {"check", "reads everything, prints what was decided and how the models stand", check},
    {"config", "writes the job file of models and data, with the NCS groups it finds", config},
    {"bench", "times the parts of an evaluation", bench},
    {"simulate", "makes test data of a model: amplitudes with errors and free flags", simulate},
};

void print(const parallel::Communicator& world, const std::string& text) {
  if (world.is_root()) std::fputs(text.c_str(), stdout);
}

std::string general_help() {
  std::string text =
      "Polyform " POLYFORM_VERSION
      ": joint crystallographic refinement of one molecule in many crystal forms\n\n"
      "  polyform COMMAND MODEL DATA [flags]\n  polyform COMMAND JOB.yaml [flags]\n\n";
  for (const Command& command : commands)
    text += base::format("  %-9s %s\n", command.name, command.sentence);
  text += "  options   prints every option of a job, for job files and --set\n\n" +
          flags_help("refine");
  return text +
         "\nUnder mpirun or srun every rank takes its share of the work. SIGUSR1, SIGTERM and "
         "SIGINT end a\nrefinement after its current step, with everything written. mpirun passes "
         "SIGUSR1 on; Ctrl-C\nand SIGTERM it answers by ending its ranks itself, SIGTERM after a "
         "second and SIGKILL after\nanother (OMPI_MCA_odls_base_sigkill_timeout makes either as "
         "many "
         "seconds).\n";
}

std::string help_of(const Command& command) {
  std::string usage =
      base::format("polyform %s %s [flags]\n", command.name, files_of(command.name).c_str());
  if (command.name != std::string("config"))
    usage += base::format("polyform %s JOB.yaml [flags]\n", command.name);
  return usage + base::format("\n  %s\n\n", command.sentence) + flags_help(command.name);
}

[[noreturn]] void unknown_command(const std::string& name) {
  Words known = {"options", "--help", "--version"};
  for (const Command& command : commands) known.push_back(command.name);
  const std::string near = base::nearest(name, known);
  throw base::UsageError("'" + name + "' is not a command" +
                         (near.empty() ? "" : "; did you mean '" + near + "'?") +
                         " ('polyform --help' lists them)");
}

void run_named(const parallel::Communicator& world, const Command& command, const Words& rest) {
  Request request;
  world.agree([&] { request = understand(command.name, rest); });
  if (request.help)
    print(world, help_of(command));
  else
    command.run(world, request);
}

void dispatch(const parallel::Communicator& world, Words arguments) {
  if (arguments.empty()) arguments = {"--help"};
  if (arguments[0] == "help") {
    arguments.erase(arguments.begin());
    arguments.push_back("--help");
  }
  const std::string name = arguments[0];
  if (name == "--version") return print(world, "polyform " POLYFORM_VERSION "\n");
  if (name == "--help" || name == "-h") return print(world, general_help());
  if (name == "options") return print(world, job::reference_page());
  for (const Command& command : commands)
    if (name == command.name)
      return run_named(world, command, {arguments.begin() + 1, arguments.end()});
  world.agree([&] { unknown_command(name); });
}

}  // namespace

int run_command(const parallel::Session& session, const Words& arguments) {
  const parallel::Communicator world = session.world();
  try {
    dispatch(world, arguments);
    return static_cast<int>(base::ExitCode::success);
  } catch (const parallel::AgreedError& error) {
    if (world.is_root()) std::fprintf(stderr, "polyform: error: %s\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "polyform: error: rank %d: %s\n", world.rank(), error.what());
  }
  session.abort(static_cast<int>(base::ExitCode::failure));
}

}  // namespace polyform::app
