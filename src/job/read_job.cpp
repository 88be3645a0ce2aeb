// SPDX-License-Identifier: MPL-2.0
// A job file to a Job: YAML, options, paths beside the file.
#include "polyform/job/read_job.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "job/paths.hpp"
#include "job/yaml_reader.hpp"
#include "polyform/base/error.hpp"

namespace polyform::job {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw base::InputError(path.string() + ": is a directory; a job file (YAML) is expected");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file)
    throw base::InputError(path.string() +
                           ": cannot be read: " + std::strerror(errno ? errno : EIO));
  return text.str();
}

// The only document of the file, a map. Throws UsageError with the place where YAML ends to be
// YAML.
YAML::Node document_of(const std::string& text, const std::string& file) {
  Mistakes mistakes;
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() == 1 && documents[0].IsMap()) return documents[0];
    mistakes.add(file, documents.size() > 1 ? "holds several YAML documents; one is expected"
                                            : "holds no options; a job file starts with 'forms:'");
  } catch (const YAML::Exception& error) {
    mistakes.add(file + ":" + std::to_string(error.mark.line + 1) + ":" +
                     std::to_string(error.mark.column + 1),
                 "is not YAML: " + error.msg);
  }
  mistakes.report(file);
  return {};
}

void beside(const std::filesystem::path& directory, std::string& path) {
  if (!path.empty()) path = (directory / path).lexically_normal().string();
}

}  // namespace

Job read_job(const std::filesystem::path& path) {
  const std::string file = path.string();
  const YAML::Node root = document_of(content_of(path), file);
  Job job;
  Mistakes mistakes;
  YamlReader reader(root, file, "", mistakes);
  job.describe(reader);
  reader.finish();
  mistakes.report(file);

  const std::filesystem::path directory = std::filesystem::absolute(path).parent_path();
  for_each_path(job, [&](std::string& name) { beside(directory, name); });
  return job;
}

}  // namespace polyform::job
