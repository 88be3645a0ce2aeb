// SPDX-License-Identifier: MPL-2.0
// Places that cannot be written to.
#include <unistd.h>

#include <iostream>

#include "jobs/program.hpp"
#include "support/catch.hpp"

using namespace polyform::test;

namespace {
const std::string refine = "refine " + example_model + " " + example_data +
                           " --set forms.d_min=3.5 --cycles 1 --set positions.steps=3 "
                           "--set b_factors.steps=3 ";
}  // namespace

TEST_CASE("an output directory that holds something is left alone", "[bad_output]") {
  const fs::path directory = fresh_directory("bad_output");
  fs::create_directory(directory / "mine");
  write(directory / "mine/summary.json", "precious");
  check_refused(4, refine + "--out mine", directory, {"mine", "not an empty directory"});
}
TEST_CASE("a file where the output directory should be is left alone", "[bad_output]") {
  const fs::path directory = fresh_directory("bad_output");
  write(directory / "mine", "precious");
  check_refused(4, refine + "--out mine", directory, {"mine"});
  check_refused(4, refine + "--out mine/below", directory, {"mine/below", "cannot be made"});
}
TEST_CASE("a directory without write permission is refused", "[bad_output]") {
  const fs::path directory = fresh_directory("bad_output");
  if (::geteuid() == 0) {
    // Root may write anywhere but below /proc.
    check_refused(4, refine + "--out /proc/polyform", directory,
                  {"/proc/polyform", "cannot be made"});
    return;
  }
  fs::permissions(directory, fs::perms::owner_read | fs::perms::owner_exec);
  check_refused(4, refine + "--out " + (directory / "out").string(), directory, {"cannot be made"});
  fs::permissions(directory, fs::perms::owner_all);
}
TEST_CASE("a disk that fills up ends the run with one message and no half-written file",
          "[bad_output]") {
  const fs::path directory = fresh_directory("bad_output");
  const std::string mounted =
      "unshare -rm sh -c 'mount -t tmpfs -o size=64k none \"$0\" && exec \"$@\"' " +
      directory.string();
  if (std::system((mounted + " true 2> /dev/null").c_str()) != 0) {
    WARN("skipped: this system allows no mount of a small tmpfs");
    return;
  }
  for (int ranks : {0, 3}) {
    // What is left on the small disk is listed before it goes away.
    const std::string around = "unshare -rm sh -c 'mount -t tmpfs -o size=64k none " +
                               directory.string() + " && \"$@\"; code=$?; ls " +
                               directory.string() + "/out > " + (scratch() / "left").string() +
                               "; exit $code' sh";
    const Result result =
        run(ranks, refine + "--out " + (directory / "out").string(), directory, around);
    INFO(result.err);
    CHECK(result.code == 4);
    CHECK(result.n_errors == 1);
    CHECK_THAT(result.error, Catch::Contains("No space left on device"));
    CHECK_THAT(content(scratch() / "left"), !Catch::Contains(".part"));
    CHECK_THAT(content(scratch() / "left"), !Catch::Contains("1cbs.mtz"));
  }
}
