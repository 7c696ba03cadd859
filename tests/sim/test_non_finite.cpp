// Infinities and NaNs on the machine: every algorithm and dataflow, both ways of stepping, with padding,
// ragged folds and partial sums in SRAM and DRAM. Zeros that fill no product's place make no NaN, and a NaN
// that is stored is the canonical one.
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "sim/run/simulate_layer.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"
#include "tests/unit/reference_naive.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr uint32_t kOddNan = 0xFFC01234, kCanonical = 0x7FC00000, kInfinity = 0x7F800000;

struct Folder {
  fs::path path;
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "systole_non_finite_XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// A .npy file of fp32.
  std::string write(const char* name, const std::string& shape, const std::vector<uint8_t>& bytes) const {
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
    header.resize(117, ' ');
    std::ofstream file(path / name, std::ios::binary);
    file.write("\x93NUMPY\x01\x00\x76\x00", 10);
    file << header << '\n';
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return (path / name).string();
  }
};

/// Small integers, every `apart`-th of them Inf, a NaN with a sign and a payload, or -Inf.
std::vector<uint8_t> scattered(size_t count, size_t apart) {
  const uint32_t odd[] = {kInfinity, kOddNan, kInfinity | 0x80000000U};
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i * 7 % 9) - 4;
  std::vector<uint32_t> bits = numbers<uint32_t>(bytes_of(values));
  for (size_t i = apart / 2, n = 0; i < count; i += apart, ++n) bits[i] = odd[n % 3];
  return bytes_of(bits);
}

/// 5 channels, 6 filters: odd folds on every array.
Layer layer_of(const Folder& folder) {
  Layer layer = conv_layer("scattered", {1, 1, 5, 9, 8, 6, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
  layer.bias = true;
  layer.data.kind = DataKind::given;
  layer.data.input.file = folder.write("input.npy", "1, 9, 8, 5", scattered(360, 61));
  layer.data.weight.file = folder.write("weight.npy", "6, 3, 3, 5", scattered(270, 200));
  layer.data.bias.file = folder.write("bias.npy", "6", scattered(6, 5));
  return layer;
}

struct Left {
  Json record;  ///< of what the run left behind
  std::string failure;
  std::vector<float> output;
};

Left simulate(Accelerator& machine, const RunOptions& options, const Layer& layer) {
  PlannedLayer planned = plan_layer(options, layer);
  SimulatedLayer simulated = simulate_layer(machine, planned, options);
  Left left{{all_counters(simulated.stats)}, "", numbers<float>(simulated.output)};
  const uint8_t* dram = machine.dram_bytes();
  left.record.push_back(std::vector<uint8_t>(dram, dram + planned.lowered.layout.total_bytes));
  for (Space space : {Space::input, Space::weight, Space::output}) {
    const uint8_t* bytes = machine.buffer_bytes(space);
    const uint64_t size = options.arch.params.buffers[static_cast<int>(space)].size;
    left.record.push_back(std::vector<uint8_t>(bytes, bytes + size));
  }
  left.failure = report_layer(std::move(simulated), planned, options).failure;
  return left;
}

bool multiplies_as_it_is(const std::string& algorithm) {
  return algorithm == "direct" || algorithm == "implicit_gemm" || algorithm == "implicit_precomp_gemm" ||
         algorithm == "explicit_gemm";
}

void check_nans(const Left& left) {
  uint64_t nans = 0, infinities = 0, odd = 0;
  for (uint32_t bits : numbers<uint32_t>(bytes_of(left.output))) {
    infinities += (bits & 0x7FFFFFFFU) == kInfinity;
    if ((bits & 0x7FFFFFFFU) <= kInfinity) continue;
    ++nans;
    odd += bits != kCanonical;
  }
  CHECK(odd == 0);
  CHECK(nans > 0);
  CHECK(infinities > 0);
  CHECK(nans + infinities < left.output.size());
}

Json run_all(const AcceleratorParams& params, Stepping stepping) {
  const Folder folder;
  Accelerator machine(params, stepping);
  const RunOptions options = options_for(params);
  Json records = Json::array();
  Layer layer = layer_of(folder);
  for (const Algorithm& algorithm : algorithms()) {
    for (const DataflowTraits& dataflow : dataflows()) {
      layer.algorithm = algorithm.name;
      layer.dataflow = dataflow.id;
      layer.bias = records.size() % 2 == 0;  // else a lane program writes the results of transforms
      INFO(algorithm.name << ", " << dataflow.name);
      try {
        const Left left = simulate(machine, options, layer);
        records.push_back(left.record);
        // What a transform spreads is wrong, but as the ordered reference has it.
        CHECK_THAT(left.failure, !Catch::Contains("ordered reference"));
        CHECK(left.failure.empty() == multiplies_as_it_is(algorithm.name));
        if (left.failure.empty()) check_nans(left);
      } catch (const UserError& error) {
        records.push_back(error.what());
      }
    }
  }
  return records;
}

void check_same(AcceleratorParams params, uint32_t accumulators) {
  params.accumulators.entries = accumulators;
  const Json block = in_child([&] { return run_all(params, Stepping::block); });
  const Json exact = run_all(params, Stepping::exact);
  REQUIRE(block.size() == exact.size());
  for (size_t i = 0; i < block.size(); ++i) CHECK(block[i] == exact[i]);
}

constexpr BufferParams kSmall{2048, 4, 1, 64, 2}, kLarge{16 << 10, 16, 2, 64, 2};

}  // namespace

TEST_CASE("non-finite numbers: systolic scalars, partial sums beyond the accumulators") {
  check_same(machine(3, 4, {}, Interconnect::systolic, true, kSmall), 2);
}

TEST_CASE("non-finite numbers: systolic 2x3x4, large buffers") {
  check_same(machine(3, 2, {2, 3, 4, 3}, Interconnect::systolic, true, kLarge), 1024);
}

TEST_CASE("non-finite numbers: broadcast 4x4x4, no accumulators") {
  check_same(machine(2, 3, {4, 4, 4, 4}, Interconnect::broadcast, false, kSmall), 0);
}

}  // namespace systole::test
