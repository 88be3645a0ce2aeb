// SPDX-License-Identifier: MPL-2.0
// Files written beside, synced, renamed.
#include "polyform/base/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "polyform/base/error.hpp"

namespace polyform::base {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::filesystem::path& temporary,
                       int descriptor) {
  const std::string reason = std::strerror(errno);
  if (descriptor >= 0) ::close(descriptor);
  if (!temporary.empty()) ::unlink(temporary.c_str());
  throw OutputError("cannot write " + path.string() + ": " + reason);
}

void sync_directory(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

void write_atomically(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path temporary = path;
  temporary += ".part" + std::to_string(::getpid());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(path, {}, -1);
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path, temporary, descriptor);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) fail(path, temporary, descriptor);
  if (::close(descriptor) != 0) fail(path, temporary, -1);
  if (::rename(temporary.c_str(), path.c_str()) != 0) fail(path, temporary, -1);
  sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace polyform::base
