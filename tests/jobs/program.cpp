// SPDX-License-Identifier: MPL-2.0
// Starting the program and reading what it said.
#include "jobs/program.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "support/catch.hpp"

namespace polyform::test {
namespace {

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

// From the first "polyform: error: " to what mpirun adds below it.
std::string paragraph(const std::string& text) {
  const std::string mark = "polyform: error: ";
  const std::size_t start = text.find(mark);
  if (start == std::string::npos) return "";
  const std::size_t end = text.find("\n-----", start);
  return text.substr(start + mark.size(),
                     end == std::string::npos ? end : end - start - mark.size());
}

long occurrences(const std::string& text, const std::string& of) {
  long n = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++n;
  return n;
}

}  // namespace

const fs::path& scratch() {
  static const fs::path directory =
      fs::temp_directory_path() / ("polyform-jobs-" + std::to_string(::getpid()));
  fs::create_directories(directory);
  return directory;
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::map<std::string, std::string> snapshot(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    files[entry.path().string()] = entry.is_regular_file() ? content(entry.path()) : "directory";
  return files;
}

Result run(int ranks, const std::string& arguments, const fs::path& directory,
           const std::string& around) {
  const std::string out = scratch() / "stdout", err = scratch() / "stderr";
  std::string command = environment("POLYFORM_PROGRAM", "polyform");
  if (ranks > 0)
    command =
        environment("POLYFORM_MPIRUN", "mpirun") + " -np " + std::to_string(ranks) + " " + command;
  command = "cd '" + directory.string() + "' && timeout -k 5 300 " + around + " " + command + " " +
            arguments + " > '" + out + "' 2> '" + err + "' < /dev/null";
  const int status = std::system(command.c_str());
  Result result;
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = content(out);
  result.err = content(err);
  result.n_errors = occurrences(result.err, "polyform: error:");
  result.error = paragraph(result.err);
  return result;
}

void check_refused(int code, const std::string& arguments, const fs::path& directory,
                   const std::vector<std::string>& words) {
  const auto before = snapshot(directory);
  const Result alone = run(0, arguments, directory);
  const Result on_three = run(3, arguments, directory);
  INFO("polyform " << arguments << "\n" << alone.err);
  CHECK(alone.code == code);
  CHECK(alone.n_errors == 1);
  for (const std::string& word : words) CHECK_THAT(alone.error, Catch::Contains(word));
  INFO("on three ranks\n" << on_three.err);
  CHECK(on_three.code == code);
  CHECK(on_three.n_errors == 1);
  CHECK(on_three.error + (on_three.error.ends_with("\n") ? "" : "\n") == alone.error);
  CHECK(snapshot(directory) == before);
}

fs::path fresh_directory(const std::string& name) {
  const fs::path path = scratch() / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

}  // namespace polyform::test
