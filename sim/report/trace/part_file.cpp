#include "sim/report/trace/part_file.h"

#include "sim/report/trace/text_file.h"

namespace systole {

PartWriter::PartWriter(const std::filesystem::path& path)
    : path_(path), file_(path, std::ios::binary | std::ios::trunc) {
  if (!file_) fail_to_write_trace(path_);
}

void PartWriter::write(const void* bytes, std::size_t size) {
  file_.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
}

void PartWriter::close() {
  file_.close();
  if (!file_) fail_to_write_trace(path_);
}

PartReader::PartReader(const std::filesystem::path& path) : file_(path, std::ios::binary) {}

void PartReader::read(void* bytes, std::size_t size) {
  file_.read(static_cast<char*>(bytes), static_cast<std::streamsize>(size));
  if (!file_) throw std::runtime_error("a layer's part of the trace cannot be read");
}

}  // namespace systole
