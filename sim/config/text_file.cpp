#include "sim/config/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "sim/config/text.h"
#include "sim/config/yaml_tree.h"

namespace systole {
namespace {

constexpr size_t kMaxBytes = size_t{1}
                             << 20;  // some 8000 layers; the parser takes up to half a second for it

[[noreturn]] void fail_file(const std::string& path, const std::string& what) {
  fail_at({std::make_shared<const std::string>(path)}, what);
}

void check_text(const std::string& path, const std::string& text, const TextFileKind& kind) {
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool control = (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f;
    const size_t length = control ? 0 : utf8_length(text, at);
    if (length == 0) {
      fail_file(path, fmt::format("byte {} is 0x{:02x}: a binary file, legal: {} in UTF-8", at, byte,
                                  kind.contents));
    }
    at += length;
  }
}

std::string read_bytes(const std::string& path, const TextFileKind& kind) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) fail_file(path, "no such file");
  if (error) fail_file(path, "cannot be read: " + error.message());
  if (std::filesystem::is_directory(status))
    fail_file(path, fmt::format("is a directory, legal: {}", kind.file));
  if (!std::filesystem::is_regular_file(status))
    fail_file(path, fmt::format("is not a regular file, legal: {}", kind.file));
  std::ifstream file(path, std::ios::binary);
  if (!file) fail_file(path, std::string("cannot be read: ") + std::strerror(errno));
  const uintmax_t size = std::filesystem::file_size(path, error);
  std::string text(error ? kMaxBytes + 1 : std::min<uintmax_t>(size, kMaxBytes) + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) fail_file(path, std::string("cannot be read: ") + std::strerror(errno));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kMaxBytes)
    fail_file(path, fmt::format("is larger than 1 MiB, legal: {} of up to 1 MiB", kind.file));
  return text;
}

}  // namespace

std::string read_text_file(const std::string& path, const TextFileKind& kind) {
  std::string text = read_bytes(path, kind);
  check_text(path, text, kind);
  return text;
}

}  // namespace systole
