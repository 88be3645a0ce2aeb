// SPDX-License-Identifier: MPL-2.0
// The source tree keeps its rules, and made-up trees that break them are caught.
#define CATCH_CONFIG_MAIN
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "architecture/rules.hpp"
#include "support/catch.hpp"

namespace fs = std::filesystem;
using polyform::architecture::Breach;
using polyform::architecture::breaches;

namespace {

// A tree of its own, gone when the test is over.
class MadeUpTree {
 public:
  MadeUpTree() : root_(fs::temp_directory_path() / ("polyform-tree-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "src");
  }
  ~MadeUpTree() { fs::remove_all(root_); }
  void write(const fs::path& file, const std::string& content) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << content;
  }
  const fs::path& root() const { return root_; }

 private:
  fs::path root_;
};

const std::string head = "// SPDX-License-Identifier: MPL-2.0\n// A file of a made-up tree.\n";

std::string listed(const std::vector<Breach>& all) {
  std::string lines;
  for (const Breach& breach : all) lines += to_string(breach) + "\n";
  return lines;
}

// What is said about a tree of one file.
std::string verdict(const fs::path& file, const std::string& content) {
  const MadeUpTree tree;
  tree.write(file, content);
  return listed(breaches(tree.root()));
}

}  // namespace

TEST_CASE("The sources keep the rules of the tree") {
  const std::string found = listed(breaches(POLYFORM_SOURCE_DIR));
  INFO(found);
  CHECK(found.empty());
}

TEST_CASE("A tree that keeps the rules passes") {
  const MadeUpTree tree;
  tree.write("src/refine/a.cpp",
             head + "#include \"polyform/density/b.hpp\"\n#include <gemmi/mtz.hpp>\n");
  tree.write("include/polyform/density/b.hpp", head + "#include \"polyform/crystal/c.hpp\"\n");
  tree.write("src/density/slab_x.cpp",
             head + "#include <fftw3-mpi.h>\nvoid f() { fftwf_mpi_init(); }\n");
  tree.write("src/parallel/d.cpp", head + "#include <mpi.h>\nint x = MPI_SUM;\n");
  tree.write("src/crystal/e.cpp",
             head + "#include \"polyform/parallel/packet.hpp\"\n// as MPI_Bcast\n");
  tree.write("src/job/f.cpp", head + "#include <yaml-cpp/yaml.h>\n");
  tree.write("src/app/g.cpp",
             head + "#include <boost/program_options.hpp>\nvoid f() { std::cout << 1; }\n");
  tree.write("tests/h.sh", "#!/bin/sh\n# SPDX-License-Identifier: MPL-2.0\n");
  CHECK(listed(breaches(tree.root())) == "");
}

TEST_CASE("An include against the layer order is named with its file and line") {
  CHECK(verdict("src/crystal/a.cpp", head + "\n#include \"polyform/refine/b.hpp\"\n") ==
        "src/crystal/a.cpp:4: crystal may not include refine\n");
  CHECK(verdict("include/polyform/base/a.hpp", head + "#include \"polyform/kernels/b.hpp\"\n") ==
        "include/polyform/base/a.hpp:3: base may not include kernels\n");
}

TEST_CASE("Siblings may not include each other, by public or private headers") {
  CHECK(verdict("src/targets/a.cpp", head + "#include \"polyform/density/b.hpp\"\n") ==
        "src/targets/a.cpp:3: targets may not include density\n");
  CHECK(verdict("src/density/a.cpp", head + "#include \"restraints/b.hpp\"\n") ==
        "src/density/a.cpp:3: density may not include restraints\n");
  CHECK(verdict("src/minimise/a.cpp", head + "#include \"polyform/crystal/b.hpp\"\n") ==
        "src/minimise/a.cpp:3: minimise may not include crystal\n");
}

TEST_CASE("A folder that is no layer is named") {
  CHECK(verdict("src/extras/a.cpp", head) == "src/extras/a.cpp:1: extras is no layer\n");
}

TEST_CASE("Libraries stay where they belong") {
  const auto [file, include] = GENERATE(table<std::string, std::string>({
      {"src/kernels/a.cpp", "mpi.h"},
      {"src/kernels/a.cpp", "gemmi/unitcell.hpp"},
      {"src/kernels/a.cpp", "yaml-cpp/yaml.h"},
      {"src/crystal/a.cpp", "mpi.h"},
      {"src/density/a.cpp", "mpi.h"},
      {"src/density/a.cpp", "fftw3-mpi.h"},
      {"src/targets/slab_a.cpp", "fftw3-mpi.h"},
      {"src/refine/a.cpp", "yaml-cpp/node/node.h"},
      {"src/job/a.cpp", "boost/program_options/options_description.hpp"},
      {"src/minimise/a.cpp", "gemmi/model.hpp"},
      {"include/polyform/parallel/a.hpp", "gemmi/model.hpp"},
  }));
  CAPTURE(file, include);
  const std::string said = verdict(file, head + "#include <" + include + ">\n");
  CHECK(said.starts_with(file + ":3: "));
  CHECK(std::count(said.begin(), said.end(), '\n') == 1);
}

TEST_CASE("Crystal and minimise do not know of ranks") {
  for (const std::string layer : {"crystal", "minimise"})
    CHECK(verdict("src/" + layer + "/a.cpp",
                  head + "#include \"polyform/parallel/communicator.hpp\"\n") ==
          "src/" + layer + "/a.cpp:3: " + layer + " may not know of ranks\n");
}

TEST_CASE("MPI is called in parallel, and the world is named in one file") {
  CHECK(verdict("src/refine/a.cpp", head + "void f() { MPI_Barrier(c); }\n") ==
        "src/refine/a.cpp:3: MPI is called in parallel only\n");
  CHECK(verdict("src/density/a.cpp", head + "/* a\n*/ void f() { fftw_mpi_init(); }\n") ==
        "src/density/a.cpp:4: FFTW's MPI part belongs in density's slab transforms\n");
  CHECK(verdict("src/parallel/a.cpp", head + "auto c = MPI_COMM_WORLD;\n") ==
        "src/parallel/a.cpp:3: the world's communicator is named in session.cpp only\n");
  CHECK(verdict("src/parallel/session.cpp", head + "auto c = MPI_COMM_WORLD;\n") == "");
}

TEST_CASE("Only the program talks to the terminal") {
  CHECK(verdict("src/targets/a.cpp", head + "void f() { std::cerr << 1; }\n") ==
        "src/targets/a.cpp:3: only app talks to the terminal\n");
  CHECK(verdict("src/targets/a.cpp", head + "void f() { printf(\"1\"); }\n") ==
        "src/targets/a.cpp:3: only app talks to the terminal\n");
  CHECK(verdict("src/targets/a.cpp", head + "void f() { std::snprintf(b, 1, \"1\"); }\n") == "");
}

TEST_CASE("Every file says its licence and what it is") {
  CHECK(verdict("src/base/a.cpp", "#include <vector>\n// A file.\n").find(":1: ") !=
        std::string::npos);
  CHECK(verdict("tests/unit/a.cpp", "// SPDX-License-Identifier: MPL-2.0\n#include <vector>\n") ==
        "tests/unit/a.cpp:2: the second line does not say what the file is\n");
  CHECK(verdict("tests/a.py", "import os\n").starts_with("tests/a.py:1: the first line is not"));
}

TEST_CASE("Notes to oneself and paths of one machine are found") {
  const std::string note = std::string("// TO") + "DO later\n",
                    path = std::string("\"/wo") + "rk/x\"\n";
  CHECK(verdict("src/base/a.cpp", head + note).starts_with("src/base/a.cpp:3: "));
  CHECK(verdict("src/base/a.cpp", head + path).starts_with("src/base/a.cpp:3: "));
}
