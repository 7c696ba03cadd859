#include "sim/workload/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>

#include "sim/config/text.h"

namespace systole {
namespace {

using Shape = std::vector<uint64_t>;

[[noreturn]] void fail(const std::string& what) { throw NpyError(what); }

struct Header {
  std::string type;
  bool fortran_order = false;
  Shape shape;
  uint64_t data_offset = 0;
};

/// The header is a Python dictionary; NumPy writes it with these three keys.
Header parse_header(const std::string& text) {
  static const std::regex kType(R"('descr'\s*:\s*'([^']{1,16})')");
  static const std::regex kOrder(R"('fortran_order'\s*:\s*(True|False))");
  static const std::regex kShape(R"('shape'\s*:\s*\(([0-9, ]*)\))");
  std::smatch type, order, shape;
  if (!std::regex_search(text, type, kType) || !std::regex_search(text, order, kOrder) ||
      !std::regex_search(text, shape, kShape)) {
    fail("cannot read the .npy header, which needs 'descr', 'fortran_order' and 'shape'");
  }
  Header header;
  header.type = type[1];
  header.fortran_order = order[1] == "True";
  static const std::regex kExtent("[0-9]+");
  const std::string extents = shape[1];
  for (std::sregex_iterator it(extents.begin(), extents.end(), kExtent), end; it != end; ++it) {
    if (it->length() > 18) fail("a dimension of the array is too large");
    header.shape.push_back(std::stoull(it->str()));
  }
  return header;
}

uint64_t little_endian(const std::string& bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

std::string read_bytes(std::ifstream& file, uint64_t count) {
  std::string bytes(count, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

Header read_header(std::ifstream& file) {
  constexpr uint64_t kMaxHeader = 4096;
  const std::string start = read_bytes(file, 8);
  if (start.size() < 8 || start.compare(0, 6, "\x93NUMPY") != 0) fail("not a .npy file");
  const int version = start[6];
  if (version != 1 && version != 2) {
    fail(fmt::format(".npy format version {}, only 1 and 2 are known", version));
  }
  const uint64_t length_bytes = version == 1 ? 2 : 4;
  const std::string length = read_bytes(file, length_bytes);
  if (length.size() < length_bytes) fail("the .npy header is cut off");
  const uint64_t size = little_endian(length, 0, length_bytes);
  if (size > kMaxHeader)
    fail(fmt::format("a .npy header of {} bytes, at most {} are read", size, kMaxHeader));
  const std::string text = read_bytes(file, size);
  if (text.size() < size) fail("the .npy header is cut off");
  Header header = parse_header(text);
  header.data_offset = 8 + length_bytes + size;
  return header;
}

Shape without_ones(Shape shape) {
  shape.erase(std::remove(shape.begin(), shape.end(), 1), shape.end());
  return shape;
}

/// Opens the file, checks everything, and leaves it at its first number. Returns the bytes of data.
uint64_t open_npy(std::ifstream& file, const std::string& path, Format format, const Shape& shape) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) fail("no such file");
  if (!std::filesystem::is_regular_file(path, error)) fail("not a regular file");
  file.open(path, std::ios::binary);
  if (!file) fail("cannot be opened for reading");
  const Header header = read_header(file);
  const NumberFormat& expected = traits_of(npy_format(format));
  if (header.type != expected.numpy) {
    fail(fmt::format("numbers of type {}, expected '{}'", quoted(header.type), expected.numpy));
  }
  if (header.fortran_order) fail("the array is in Fortran order, expected C order");
  if (!is_same_shape(header.shape, shape)) throw NpyShapeError(header.shape, shape);
  uint64_t bytes = expected.bits / 8;
  for (uint64_t extent : shape) bytes *= extent;
  const uint64_t held = std::filesystem::file_size(path, error) - header.data_offset;
  if (held != bytes) fail(fmt::format("{} bytes of numbers, expected {}", held, bytes));
  return bytes;
}

}  // namespace

NpyShapeError::NpyShapeError(const Shape& shape, const Shape& expected)
    : NpyError(fmt::format("has shape {}, expected {}", fmt::join(shape, "x"), fmt::join(expected, "x"))),
      shape_(shape) {}

Format npy_format(Format format) {
  const NumberFormat& traits = traits_of(format);
  return traits.numpy != nullptr ? format : wide_format(traits.lane);
}

bool is_same_shape(const Shape& a, const Shape& b) { return without_ones(a) == without_ones(b); }

std::vector<uint8_t> read_npy(const std::string& path, Format format, const Shape& shape) {
  std::ifstream file;
  std::vector<uint8_t> bytes(open_npy(file, path, format, shape));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (static_cast<size_t>(file.gcount()) != bytes.size()) fail("cannot be read to its end");
  return bytes;
}

std::string npy_header(Format format, const Shape& shape) {
  constexpr size_t kUnit = 64;  // bytes that the numbers' place is a multiple of
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                  traits_of(npy_format(format)).numpy, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const size_t before = 10;
  text.resize((before + text.size() + kUnit) / kUnit * kUnit - before - 1, ' ');
  text += '\n';
  const std::string length = {static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
  return std::string("\x93NUMPY\x01\x00", 8) + length + text;
}

void check_npy(const std::string& path, Format format, const Shape& shape) {
  std::ifstream file;
  open_npy(file, path, format, shape);
}

}  // namespace systole
