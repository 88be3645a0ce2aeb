// SPDX-License-Identifier: MPL-2.0
// Files written whole or not at all.
#include "polyform/base/atomic_file.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "polyform/base/error.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

namespace fs = std::filesystem;
using namespace polyform;

namespace {

fs::path fresh(const std::string& name) {
  const fs::path directory = test::scratch() / name;
  fs::remove_all(directory);
  fs::create_directories(directory);
  return directory;
}

std::string content(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::size_t entries(const fs::path& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

// The message of the OutputError that writing ends in; "" when it does not.
std::string refusal(const fs::path& file, const std::string& text) {
  try {
    base::write_atomically(file, text);
  } catch (const base::OutputError& error) {
    CHECK(error.code() == base::ExitCode::output);
    return error.what();
  }
  return "";
}

// Root may write anywhere: for a while the process is nobody.
class NotRoot {
 public:
  NotRoot() : was_root_(::geteuid() == 0) {
    if (was_root_) REQUIRE(::seteuid(65534) == 0);
  }
  ~NotRoot() {
    if (was_root_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  bool was_root_;
};

// A file system of its own that is full after `size`, where the test may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& at) : at_(at) {
    mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount(at_.c_str());
  }
  bool mounted() const { return mounted_; }

 private:
  fs::path at_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("A file is written as given and replaces the one before") {
  const fs::path directory = fresh("whole");
  const std::string bytes("line\n\0binary", 12);
  base::write_atomically(directory / "a.mtz", bytes);
  CHECK(content(directory / "a.mtz") == bytes);
  base::write_atomically(directory / "a.mtz", "");
  CHECK(content(directory / "a.mtz").empty());
  const std::string large(3000000, 'x');
  base::write_atomically(directory / "a.mtz", large);
  CHECK(content(directory / "a.mtz") == large);
  CHECK(entries(directory) == 1);
}

TEST_CASE("A file name without a directory is written where the program runs") {
  const fs::path before = fs::current_path();
  fs::current_path(fresh("here"));
  base::write_atomically("b.txt", "here");
  CHECK(content("b.txt") == "here");
  fs::current_path(before);
}

TEST_CASE("A directory that is none is named with the system's reason") {
  const fs::path directory = fresh("refused");
  std::ofstream(directory / "file") << "old";
  CHECK(refusal(directory / "missing" / "a.pdb", "x") ==
        "cannot write " + (directory / "missing/a.pdb").string() + ": No such file or directory");
  CHECK(refusal(directory / "file" / "a.pdb", "x") ==
        "cannot write " + (directory / "file/a.pdb").string() + ": Not a directory");
  fs::create_directories(directory / "sub");
  CHECK(refusal(directory / "sub", "x") ==
        "cannot write " + (directory / "sub").string() + ": Is a directory");
  CHECK(content(directory / "file") == "old");
  CHECK(entries(directory) == 2);
}

TEST_CASE("In a directory without permission nothing is written") {
  const fs::path directory = fresh("locked");
  std::ofstream(directory / "a.pdb") << "old";
  ::chmod(directory.c_str(), 0555);
  {
    const NotRoot somebody;
    CHECK(refusal(directory / "a.pdb", "new") ==
          "cannot write " + (directory / "a.pdb").string() + ": Permission denied");
  }
  CHECK(content(directory / "a.pdb") == "old");
  ::chmod(directory.c_str(), 0755);
}

TEST_CASE("On a full disk the file before stays and no part is left") {
  const fs::path directory = fresh("disk");
  const SmallDisk disk(directory);
  if (!disk.mounted()) {
    WARN("skipped: a small file system cannot be mounted here");
    return;
  }
  base::write_atomically(directory / "a.mtz", "old");
  CHECK(refusal(directory / "a.mtz", std::string(200000, 'x')) ==
        "cannot write " + (directory / "a.mtz").string() + ": No space left on device");
  CHECK(content(directory / "a.mtz") == "old");
  CHECK(entries(directory) == 1);
  base::write_atomically(directory / "a.mtz", "new");
  CHECK(content(directory / "a.mtz") == "new");
}
