// SPDX-License-Identifier: MPL-2.0
// Run directories are fresh, and refused where something would be lost.
#include "polyform/run/run_directory.hpp"

#include <fstream>

#include "polyform/base/error.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;
namespace fs = std::filesystem;

namespace {

// Makes `directory` the current one while it lives.
struct Within {
  explicit Within(const fs::path& directory) : before(fs::current_path()) {
    fs::current_path(directory);
  }
  ~Within() { fs::current_path(before); }
  fs::path before;
};

fs::path fresh(const char* name) {
  const fs::path path = test::scratch() / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

}  // namespace

TEST_CASE("a run directory named by the user is made with its parents, or taken when empty") {
  const fs::path root = fresh("named");
  const fs::path wanted = root / "a/b";
  CHECK(run::make_run_directory(wanted.string(), "x") == wanted);
  CHECK(fs::is_directory(wanted));
  CHECK(run::make_run_directory(wanted.string(), "x") == wanted);
}

TEST_CASE("a named directory that holds something, or a file in its place, is refused") {
  const fs::path root = fresh("taken");
  std::ofstream(root / "mine.txt") << "x";
  CHECK_THROWS_AS(run::make_run_directory(root.string(), "x"), base::OutputError);
  CHECK_THROWS_AS(run::make_run_directory((root / "mine.txt").string(), "x"), base::OutputError);
  CHECK_THROWS_AS(run::make_run_directory((root / "mine.txt/below").string(), "x"),
                  base::OutputError);
}

TEST_CASE("without a name the directory is called after the model, with the next free number") {
  const Within here(fresh("unnamed"));
  const fs::path first = run::make_run_directory("", "1cbs");
  CHECK(first.filename() == "1cbs_polyform");
  CHECK(run::make_run_directory("", "1cbs") == first);
  std::ofstream(first / "x") << "x";
  const fs::path second = run::make_run_directory("", "1cbs");
  CHECK(second.filename() == "1cbs_polyform_2");
  std::ofstream(second / "x") << "x";
  CHECK(run::make_run_directory("", "1cbs").filename() == "1cbs_polyform_3");
}
