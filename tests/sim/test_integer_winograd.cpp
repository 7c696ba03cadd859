// int8 through Winograd's filtering where it is hardest: at the most channels that are accepted, every
// operand the most negative, and with random operands of the full range.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "sim/config/names.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

namespace fs = std::filesystem;

/// A .npy file that lives as long as the object.
class ArrayFile {
 public:
  ArrayFile(const char* name, const std::string& shape, const std::vector<int8_t>& values)
      : path_(fs::temp_directory_path() / (std::to_string(::getpid()) + name)) {
    std::string header = "{'descr': '|i1', 'fortran_order': False, 'shape': (" + shape + "), }";
    while ((10 + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    std::ofstream file(path_, std::ios::binary);
    file << std::string("\x93NUMPY\x01\x00", 8) << static_cast<char>(header.size()) << '\0' << header;
    file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size()));
  }
  ~ArrayFile() { fs::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

constexpr uint32_t kSide = 7, kFilters = 3;

/// Runs a layer on both algorithms; both references must agree with what lies in DRAM.
void check_exact(uint32_t m, uint32_t taps, uint32_t channels, bool extreme) {
  std::mt19937 random(7);
  const auto values = [&](size_t count) {
    std::vector<int8_t> drawn(count, -128);
    for (int8_t& value : drawn)
      if (!extreme) value = static_cast<int8_t>(random());
    return drawn;
  };
  const std::string c = std::to_string(channels), r = std::to_string(taps), side = std::to_string(kSide);
  const ArrayFile input("_input.npy", "1, " + side + ", " + side + ", " + c,
                        values(kSide * kSide * channels));
  const ArrayFile weight("_weight.npy", std::to_string(kFilters) + ", " + r + ", " + r + ", " + c,
                         values(size_t{kFilters} * taps * taps * channels));
  Layer layer = conv_layer("limit", {1, 1, channels, kSide, kSide, kFilters, taps, taps}, Format::int8);
  layer.data = {DataKind::given, {input.path(), "", {}, {}}, {weight.path(), "", {}, {}}, {}, {}, {}};
  layer.transform.winograd_m = m;
  const AcceleratorParams params = machine(4, 4, {}, Interconnect::systolic, true, {1 << 20, 16, 1, 64, 2});
  const RunOptions options = options_for(params);
  Accelerator accelerator(params);
  layer.algorithm = "direct";
  const std::vector<uint8_t> direct = run_layer(accelerator, options, layer).output;
  for (const char* algorithm : {"winograd", "winograd_nonfused"}) {
    for (const bool ahead : {false, true}) {
      INFO("F(" << m << "," << taps << ") " << algorithm << ", ahead " << ahead);
      layer.algorithm = algorithm;
      layer.transform.pretransformed = ahead;
      const LayerRun run = run_layer(accelerator, options, layer);
      CHECK(run.failure == "");
      CHECK(run.output == direct);
      const auto& inner = run.results["inner_formats"];
      CHECK(inner["input"] == (m <= 3 && taps <= 3 ? "int16" : "int32"));
      CHECK(inner["weight"] == inner["input"]);
      CHECK(inner["accumulator"] == "int32");
      CHECK(inner["transforms"] == "int32");
    }
  }
  layer.algorithm = "winograd";
  ++layer.conv.C;
  const LoweringRequest request{layer, params, Dataflow::output_stationary};
  CHECK(find_algorithm("winograd")->declines(request).empty() == !extreme);
}

}  // namespace

// Of 2^31 - 1: F(2x2,3x3) 4 * 9 * 2^14 goes in 3640 times, F(3x3,3x3) 36 * 9 * 2^14 404 times, F(4x4,3x3) 576
// * 9
// * 2^14 25 times, F(2x2,5x5) 576 * 25 * 2^14 9 times.
TEST_CASE("integer Winograd is exact at the most channels it takes") { check_exact(2, 3, 3640, true); }
TEST_CASE("integer Winograd is exact at the most channels it takes: F(3x3,3x3)") {
  check_exact(3, 3, 404, true);
}
TEST_CASE("integer Winograd is exact at the most channels it takes: F(4x4,3x3)") {
  check_exact(4, 3, 25, true);
}
TEST_CASE("integer Winograd is exact at the most channels it takes: F(2x2,5x5)") {
  check_exact(2, 5, 9, true);
}
TEST_CASE("integer Winograd is exact on operands of the full range") { check_exact(4, 3, 13, false); }

}  // namespace systole::test
