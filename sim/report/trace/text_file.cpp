#include "sim/report/trace/text_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "sim/config/config.h"
#include "sim/config/text.h"

namespace systole {

void fail_to_write_trace(const std::filesystem::path& path) {
  throw UserError(fmt::format("--trace: error: cannot write '{}': {}", file_place(path.string()),
                              std::strerror(errno != 0 ? errno : EIO)));
}

TextFile::TextFile(const std::filesystem::path& path)
    : path_(path), file_(path, std::ios::binary | std::ios::trunc) {
  if (!file_) fail_to_write_trace(path_);
}

void TextFile::close() {
  file_.close();
  if (!file_) fail_to_write_trace(path_);
}

}  // namespace systole
