// SPDX-License-Identifier: MPL-2.0
// The rules of the source tree, one function a rule.
#include "architecture/rules.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <regex>

namespace polyform::architecture {
namespace {

namespace fs = std::filesystem;

// Layers with the same number are siblings.
const std::map<std::string, int> layer_order = {
    {"base", 1},    {"kernels", 2},    {"parallel", 3}, {"crystal", 4}, {"density", 5},
    {"targets", 5}, {"restraints", 5}, {"minimise", 5}, {"refine", 6},  {"simulate", 7},
    {"run", 7},     {"job", 8},        {"app", 9}};

struct Source {
  fs::path file;                   // relative to the root
  std::string layer;               // "" outside src and include
  std::vector<std::string> lines;  // as they are
  std::vector<std::string> code;   // without comments
};

// The layer that a file belongs to: src/<layer>/... or include/polyform/<layer>/...
std::string layer_of(const fs::path& file) {
  std::vector<std::string> parts;
  for (const fs::path& part : file) parts.push_back(part.string());
  if (parts.size() >= 3 && parts[0] == "src") return parts[1];
  if (parts.size() >= 4 && parts[0] == "include") return parts[2];
  return "";
}

// Removes // and /* */ comments; `inside` says whether a block comment is open.
std::string without_comments(const std::string& line, bool& inside) {
  std::string code;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string two = line.substr(i, 2);
    if (inside) {
      if (two == "*/") inside = false, ++i;
    } else if (two == "//") {
      break;
    } else if (two == "/*") {
      inside = true, ++i;
    } else {
      code += line[i];
    }
  }
  return code;
}

Source read(const fs::path& root, const fs::path& file) {
  Source source{file, layer_of(file), {}, {}};
  std::ifstream in(root / file);
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    source.lines.push_back(line);
    source.code.push_back(without_comments(line, inside));
  }
  return source;
}

std::optional<std::string> included(const std::string& code) {
  static const std::regex include(R"re(^\s*#\s*include\s*["<]([^">]+)[">])re");
  std::smatch match;
  return std::regex_search(code, match, include) ? std::optional(match[1].str()) : std::nullopt;
}

// The layer of "polyform/<layer>/x.hpp" or of the private "<layer>/x.hpp".
std::string layer_of_include(const std::string& header) {
  const fs::path path(header);
  auto part = path.begin();
  if (part != path.end() && *part == "polyform") ++part;
  if (part == path.end() || !layer_order.contains(part->string())) return "";
  return std::next(part) == path.end() ? "" : part->string();
}

class Checker {
 public:
  explicit Checker(const Source& source) : source_(source) {}
  std::vector<Breach> found;

  void layers() {
    if (source_.layer.empty()) return;
    if (!layer_order.contains(source_.layer)) return report(1, source_.layer + " is no layer");
    for_includes([&](int line, const std::string& header) {
      const std::string other = layer_of_include(header);
      if (other.empty() || other == source_.layer) return;
      if (layer_order.at(other) >= layer_order.at(source_.layer))
        report(line, source_.layer + " may not include " + other);
      // No layer that knows no ranks may reach them through a header.
      const bool of_ranks = other == "parallel" && header.find("packet") == std::string::npos &&
                            header.find("partition") == std::string::npos;
      if (of_ranks && (source_.layer == "crystal" || source_.layer == "minimise"))
        report(line, source_.layer + " may not know of ranks");
      if (source_.layer == "minimise" && other == "crystal")
        report(line, "minimise may not include crystal");
    });
  }

  void libraries() {
    if (source_.layer.empty()) return;
    for_includes([&](int line, const std::string& header) {
      belongs(line, header, "mpi.h", {"parallel"});
      belongs(line, header, "yaml-cpp/", {"job"});
      belongs(line, header, "boost/program_options", {"app"});
      if (header.starts_with("fftw3-mpi") && !is_slab_transform())
        report(line, "FFTW's MPI part belongs in density's slab transforms");
      if (header.starts_with("gemmi/"))
        for (const char* layer : {"base", "kernels", "parallel", "minimise"})
          if (source_.layer == layer) report(line, source_.layer + " may not use gemmi");
    });
  }

  void calls() {
    if (source_.layer.empty()) return;
    static const std::regex mpi(R"(\bMPI_[A-Z]\w*)");
    static const std::regex fftw_mpi(R"(\bfftwf?_mpi_\w+)");
    static const std::regex terminal(
        R"(\bstd::(cout|cerr|clog)\b|(^|[^\w:])(std::)?(printf|puts)\s*\()");
    for_code([&](int line, const std::string& code) {
      if (std::regex_search(code, mpi) && source_.layer != "parallel")
        report(line, "MPI is called in parallel only");
      if (std::regex_search(code, fftw_mpi) && !is_slab_transform())
        report(line, "FFTW's MPI part belongs in density's slab transforms");
      if (code.find("MPI_COMM_WORLD") != std::string::npos &&
          source_.file.filename() != "session.cpp")
        report(line, "the world's communicator is named in session.cpp only");
      if (std::regex_search(code, terminal) && source_.layer != "app")
        report(line, "only app talks to the terminal");
    });
  }

  void first_lines() {
    const std::string extension = source_.file.extension().string();
    const bool cpp = extension == ".cpp" || extension == ".hpp";
    const std::string mark = cpp ? "//" : "#";
    const std::string licence = mark + " SPDX-License-Identifier: MPL-2.0";
    const bool shebang = line(0).starts_with("#!");
    if (line(shebang ? 1 : 0) != licence) report(1, "the first line is not '" + licence + "'");
    if (cpp && (!line(1).starts_with("// ") || line(1).size() < 12))
      report(2, "the second line does not say what the file is");
  }

  // Written in two parts, so that this file may be read by its own rules.
  void words() {
    static const std::regex unwanted(
        "\\b(TO"
        "DO|FIX"
        "ME|XX"
        "X|HA"
        "CK)\\b|(^|[^\\w.])/(wo"
        "rk|ro"
        "ot|ho"
        "me)/|"
        "\\b[Ii]ss"
        "ue #?\\d");
    std::smatch match;
    for (std::size_t i = 0; i < source_.lines.size(); ++i)
      if (std::regex_search(source_.lines[i], match, unwanted))
        report(static_cast<int>(i) + 1, "'" + match.str() + "' does not belong into the sources");
  }

 private:
  void report(int line, const std::string& what) { found.push_back({source_.file, line, what}); }
  std::string line(std::size_t i) const {
    return i < source_.lines.size() ? source_.lines[i] : std::string();
  }
  bool is_slab_transform() const {
    return source_.layer == "density" && source_.file.filename().string().starts_with("slab_");
  }
  void belongs(int line, const std::string& header, const std::string& library,
               std::initializer_list<const char*> layers) {
    if (!header.starts_with(library)) return;
    if (std::find(layers.begin(), layers.end(), source_.layer) == layers.end())
      report(line, source_.layer + " may not use " + library);
  }
  template <class Visit>
  void for_code(Visit visit) const {
    for (std::size_t i = 0; i < source_.code.size(); ++i)
      visit(static_cast<int>(i) + 1, source_.code[i]);
  }
  template <class Visit>
  void for_includes(Visit visit) const {
    for_code([&](int line, const std::string& code) {
      if (const auto header = included(code)) visit(line, *header);
    });
  }

  const Source& source_;
};

bool is_source(const fs::path& file) {
  const std::string extension = file.extension().string();
  for (const char* each : {".cpp", ".hpp", ".cmake", ".sh", ".py"})
    if (extension == each) return true;
  return file.filename() == "CMakeLists.txt";
}

std::vector<fs::path> sources(const fs::path& root) {
  std::vector<fs::path> files;
  for (const char* top : {"src", "include", "tests", "jobs", "slurm"})
    if (fs::is_directory(root / top))
      for (const auto& entry : fs::recursive_directory_iterator(root / top))
        if (entry.is_regular_file() && is_source(entry.path()))
          files.push_back(fs::relative(entry.path(), root));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::string to_string(const Breach& breach) {
  return breach.file.string() + ":" + std::to_string(breach.line) + ": " + breach.what;
}

std::vector<Breach> breaches(const fs::path& root) {
  std::vector<Breach> all;
  for (const fs::path& file : sources(root)) {
    const Source source = read(root, file);
    Checker checker(source);
    checker.layers();
    checker.libraries();
    checker.calls();
    checker.first_lines();
    checker.words();
    all.insert(all.end(), checker.found.begin(), checker.found.end());
  }
  return all;
}

}  // namespace polyform::architecture
