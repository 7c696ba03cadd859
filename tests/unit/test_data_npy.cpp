#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/config/config.h"
#include "sim/workload/data.h"
#include "sim/workload/npy.h"

using namespace systole;
using namespace systole::test;
namespace fs = std::filesystem;

namespace {

/// A scratch folder that goes away with the test.
struct Scratch {
  fs::path folder;
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "systole_npy_XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~Scratch() { fs::remove_all(folder); }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return (folder / name).string();
  }
};

/// What numpy.save writes: magic, version, header length, header padded to 64, data.
std::string npy(const std::string& type, const std::string& shape, const std::vector<uint8_t>& data,
                int version = 1, const char* fortran = "False") {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': (" + shape + "), }";
  const size_t prefix = version == 1 ? 10 : 12;
  while ((prefix + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (size_t i = 0; i < prefix - 8; ++i) bytes += static_cast<char>(header.size() >> 8 * i);
  return bytes + header + std::string(data.begin(), data.end());
}

std::string error_of(const std::string& path, Format type, const std::vector<uint64_t>& shape) {
  std::string by_check, by_read;
  try {
    check_npy(path, type, shape);
  } catch (const NpyError& error) {
    by_check = error.what();
  }
  try {
    read_npy(path, type, shape);
  } catch (const NpyError& error) {
    by_read = error.what();
  }
  CHECK(by_check == by_read);
  return by_read;
}

}  // namespace

TEST_CASE("npy arrays of versions 1 and 2 are read", "[data]") {
  const Scratch scratch;
  const auto data = bytes_of<float>({1, 2, 3, 4, 5, -6.5F});
  CHECK(read_npy(scratch.write("a.npy", npy("<f4", "2, 3", data)), Format::fp32, {2, 3}) == data);
  CHECK(read_npy(scratch.write("b.npy", npy("<f4", "2, 3", data, 2)), Format::fp32, {2, 3}) == data);
  CHECK(read_npy(scratch.write("c.npy", npy("|i1", "24,", data)), Format::int8, {24}) == data);
  CHECK(read_npy(scratch.write("d.npy", npy("<i4", "6,", data)), Format::int32, {1, 6, 1, 1}) == data);
}

TEST_CASE("npy files that do not fit are refused in one line", "[data]") {
  const Scratch scratch;
  const auto data = bytes_of<float>({1, 2, 3, 4, 5, 6});
  const auto whole = npy("<f4", "2, 3", data);
  const auto error = [&](const std::string& bytes) {
    return error_of(scratch.write("x.npy", bytes), Format::fp32, {2, 3});
  };
  CHECK(error(whole).empty());
  CHECK(error(npy("<f8", "2, 3", data)) == "numbers of type '<f8', expected '<f4'");
  CHECK(error(npy(">f4", "2, 3", data)) == "numbers of type '>f4', expected '<f4'");
  CHECK(error(npy("<f4", "3, 2", data)) == "has shape 3x2, expected 2x3");
  CHECK(error(npy("<f4", "6,", data)) == "has shape 6, expected 2x3");
  CHECK(error(npy("<f4", "2, 3", data, 1, "True")) == "the array is in Fortran order, expected C order");
  CHECK(error(npy("<f4", "2, 3", data, 3)) == ".npy format version 3, only 1 and 2 are known");
  CHECK(error(whole.substr(0, whole.size() - 1)) == "23 bytes of numbers, expected 24");
  CHECK(error(whole + "x") == "25 bytes of numbers, expected 24");
  CHECK(error(whole.substr(0, 40)) == "the .npy header is cut off");
  CHECK(error(whole.substr(0, 9)) == "the .npy header is cut off");
  CHECK(error("") == "not a .npy file");
  CHECK(error("PK\x03\x04 something else") == "not a .npy file");
  CHECK(error(npy("<f4", "2, 99999999999999999999", data)) == "a dimension of the array is too large");
  CHECK(error(npy("<f4", "2, x", data)) ==
        "cannot read the .npy header, which needs 'descr', 'fortran_order' and 'shape'");
  CHECK(error(std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12)) ==
        "a .npy header of 2147483647 bytes, at most 4096 are read");
  CHECK(error_of((scratch.folder / "none.npy").string(), Format::fp32, {1}) == "no such file");
  CHECK(error_of(scratch.folder.string(), Format::fp32, {1}) == "not a regular file");
}

TEST_CASE("files in NCHW are read as NHWC", "[data]") {
  const Scratch scratch;
  Layer layer = conv_layer("planes", {2, 1, 3, 2, 4, 2, 1, 2});  // N G C H W M R S
  std::vector<float> planes, pixels;
  for (int i = 0; i < 2 * 3 * 2 * 4; ++i) planes.push_back(static_cast<float>(i));
  for (int n = 0; n < 2; ++n)
    for (int hw = 0; hw < 2 * 4; ++hw)
      for (int c = 0; c < 3; ++c) pixels.push_back(planes[(n * 3 + c) * 8 + hw]);
  layer.data.kind = DataKind::given;
  layer.data.layout = TensorLayout::NCHW;
  layer.data.input.file = scratch.write("input.npy", npy("<f4", "2, 3, 2, 4", bytes_of(planes)));
  layer.data.weight.file = scratch.write(
      "weight.npy", npy("<f4", "2, 3, 1, 2", bytes_of<float>({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})));
  CHECK_NOTHROW(check_data(layer, make_problem(layer)));
  const TensorData data = make_tensors(layer, make_problem(layer), 1);
  CHECK(data.input == bytes_of(pixels));
  CHECK(data.weight == bytes_of<float>({1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12}));
  CHECK(to_nhwc(TensorLayout::NCHW, {1, 2, 3, 4, 5, 6}, {1, 1, 3, 2}) ==
        std::vector<uint32_t>{1, 4, 2, 5, 3, 6});
}

TEST_CASE("a file in another layout is refused with its place and the remedy", "[data]") {
  const Scratch scratch;
  Layer layer = conv_layer("planes", {1, 1, 3, 8, 8, 1, 1, 1});
  const auto message = [&layer] {
    try {
      check_data(layer, make_problem(layer));
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::vector<uint8_t> zeros(192 * 4);
  layer.data.kind = DataKind::given;
  layer.data.input = {scratch.write("i.npy", npy("<f4", "1, 3, 8, 8", zeros)), "net.yaml:3:7", {}, {}};
  const std::string start =
      "net.yaml:3:7: error: layer 'planes': data.input: '" + layer.data.input.file + "' ";
  CHECK(message() ==
        start + "has shape 1x3x8x8, expected NHWC 1x8x8x3, legal: that, or layout: NCHW beside the file");
  layer.data.layout = TensorLayout::NCHW;
  CHECK(message().empty());
  layer.data.input.file = scratch.write("i.npy", npy("<f4", "8, 8, 3", zeros));
  CHECK(message() ==
        start + "has shape 8x8x3, expected NCHW 1x3x8x8, legal: that, or no layout: NCHW beside the file");
  layer.data.input.file = scratch.write("i.npy", npy("<f4", "192,", zeros));
  CHECK(message() == start + "has shape 192, expected NCHW 1x3x8x8");
  layer.data.input.file = scratch.write("i.npy", npy("<f8", "1, 3, 8, 8", zeros));
  CHECK(message() == start + "cannot be read: numbers of type '<f8', expected '<f4'");
}

TEST_CASE("a layer takes some tensors from files and draws the rest", "[data]") {
  const Scratch scratch;
  Layer layer = conv_layer("files", {1, 1, 2, 2, 1, 3, 1, 1});
  layer.bias = true;
  const auto weight = bytes_of<float>({1, 2, 3, 4, 5, 6});
  const TensorData drawn = make_tensors(layer, make_problem(layer), 1);
  layer.data.kind = DataKind::given;
  layer.data.weight.file = scratch.write("w.npy", npy("<f4", "3, 2", weight));
  CHECK_NOTHROW(check_data(layer, make_problem(layer)));
  const TensorData data = make_tensors(layer, make_problem(layer), 1);
  CHECK(data.weight == weight);
  CHECK(data.input == drawn.input);
  CHECK(data.bias == drawn.bias);

  layer.data.bias.file = scratch.write("b.npy", npy("<i4", "3,", bytes_of<int32_t>({1, 2, 3})));
  CHECK_THROWS_AS(check_data(layer, make_problem(layer)), UserError);
  CHECK_THROWS_AS(make_tensors(layer, make_problem(layer), 1), UserError);
}
