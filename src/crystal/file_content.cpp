// SPDX-License-Identifier: MPL-2.0
// Reading files and inflating gzip members by zlib.
#include "crystal/file_content.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "polyform/base/error.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;

bool is_gzip(const std::string& bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && static_cast<unsigned char>(bytes[1]) == 0x8b;
}

// An inflating stream that is closed however the block is left.
struct Inflate {
  z_stream stream{};
  Inflate() { inflateInit2(&stream, 15 + 16); }  // 16: gzip header and checksum
  ~Inflate() { inflateEnd(&stream); }
};

[[noreturn]] void damaged(const std::string& name, const std::string& how) {
  throw InputError(name + " is a gzip file that " + how + "; fetch or compress it again");
}

std::string uncompress(const std::string& packed, const std::string& name) {
  Inflate inflater;
  z_stream& stream = inflater.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string content;
  std::string block(1 << 18, '\0');
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      damaged(name, "is damaged (" + std::string(stream.msg ? stream.msg : "zlib error") + ")");
    content.append(block, 0, block.size() - stream.avail_out);
    if (status == Z_STREAM_END) {
      const bool another = stream.avail_in > 1 && stream.next_in[0] == 0x1f;
      if (!another) return content;
      inflateReset(&stream);  // gzip files may be joined end to end
    } else if (stream.avail_in == 0 && stream.avail_out != 0) {
      damaged(name, "is truncated (its end is missing)");
    }
  }
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::error_code unknown;
  const auto status = std::filesystem::status(path, unknown);
  if (!std::filesystem::exists(status))
    throw InputError("cannot read " + name + ": there is no such file; check the path");
  if (std::filesystem::is_directory(status))
    throw InputError("cannot read " + name + ": it is a directory; name the file in it");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  if (stream) content << stream.rdbuf();
  if (!stream || stream.bad())
    throw InputError("cannot read " + name + ": " +
                     (errno ? std::strerror(errno) : "the file is empty"));
  std::string bytes = std::move(content).str();
  if (is_gzip(bytes)) bytes = uncompress(bytes, name);
  if (bytes.empty()) throw InputError("cannot read " + name + ": the file is empty");
  return bytes;
}

double share_of_binary(const std::string& content) {
  const auto end = content.begin() + static_cast<long>(std::min<std::size_t>(content.size(), 4096));
  const auto odd = std::count_if(content.begin(), end, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 9 || (byte > 13 && byte < 32) || byte == 127;
  });
  return end == content.begin()
             ? 0.0
             : static_cast<double>(odd) / static_cast<double>(end - content.begin());
}

}  // namespace polyform::crystal
