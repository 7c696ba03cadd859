#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/config/arch_fields.h"
#include "sim/config/names.h"
#include "sim/config/override.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"
#include "sim/mapping/array_shape.h"
#include "sim/mapping/summation.h"

namespace systole {
namespace {

constexpr uint32_t kMaxMmaDepth = 64;
constexpr uint64_t kMaxMacsPerCycle = uint64_t{1} << 22;
constexpr uint64_t kMaxAccumulators = uint64_t{1} << 28;
constexpr uint64_t kMaxSumsInPes = uint64_t{1} << 22;
constexpr std::array<const char*, kBufferCount> kBufferNames = {"input", "weight", "output"};

/// The deepest value on the path that was written down.
const YamlNode& value_at(const YamlNode& root, const std::vector<std::string>& path) {
  const YamlNode* node = &root;
  for (const std::string& key : path) {
    const YamlNode* next = node->find(key);
    if (next == nullptr) break;
    node = next;
  }
  return *node;
}

void check_buffers(const YamlNode& root, const AcceleratorParams& params) {
  for (int i = 0; i < kBufferCount; ++i) {
    const BufferParams& buffer = params.buffers[i];
    const uint64_t unit = buffer.slots * buffer.banks * buffer.word_bytes();
    if (buffer.size % unit == 0) continue;
    fail_value(
        value_at(root, {"buffers", kBufferNames[i], "size"}), fmt::format("buffers.{}.size", kBufferNames[i]),
        fmt::format("got {} bytes, legal: a multiple of slots * banks * width_bits / 8 = {} * {} * {} = {}",
                    buffer.size, buffer.slots, buffer.banks, buffer.word_bytes(), unit));
  }
}

void check_rate(const YamlNode& root, const PeArrayParams& array, Format format) {
  const MmaRate& rate = array.mma.rate[static_cast<int>(format)];
  const uint32_t products = array.mma.k * rate.num;
  if (products % rate.den != 0 || products / rate.den > kMaxMmaDepth) {
    fail_value(value_at(root, {"pe_array", "mma", "rate", name_of(format)}),
               fmt::format("pe_array.mma.rate.{}", name_of(format)),
               fmt::format("mma.k * {} is {}, legal: a whole number from 1 to {}", rate_text(rate),
                           fraction_text({products, rate.den}), kMaxMmaDepth));
  }
  const uint64_t macs = array.taking({format, format, format}).peak_macs_per_cycle();
  if (macs > kMaxMacsPerCycle) {
    const bool is_k = rate == MmaRate{};
    fail_value(
        value_at(root, {"pe_array"}), "pe_array",
        fmt::format("rows * cols * mma.m * mma.n * mma.k{} is {}, legal: up to {}",
                    is_k ? "" : fmt::format(" * mma.rate.{}", name_of(format)), macs, kMaxMacsPerCycle));
  }
}

/// Of a rule that was given for a format of its own; one for all formats is looked at when a layer uses it.
void check_rule(const YamlNode& root, const MmaParams& mma, Format format) {
  const YamlNode& value = value_at(root, {"pe_array", "mma", "sum", name_of(format)});
  const bool is_of_format =
      std::any_of(mma.sum.begin(), mma.sum.end(), [&](const auto& one) { return one != mma.sum[0]; });
  const auto& summation = mma.sum[static_cast<int>(format)];
  if (!is_of_format || !summation) return;
  // A depth that does not fit its blocks matters to layers of that format alone.
  const std::string refused = refusal_of(summation->rule, LayerFormats::of_operands(format).products());
  if (!refused.empty()) fail_value(value, fmt::format("pe_array.mma.sum.{}", name_of(format)), refused);
}

void check_instruction(const YamlNode& root, const PeArrayParams& array) {
  const MmaInstruction& instruction = array.mma.instruction;
  const auto check = [&](const char* key, uint32_t got, const char* formula, uint64_t step) {
    if (got % step == 0) return;
    fail_value(value_at(root, {"pe_array", "mma", "instruction", key}),
               fmt::format("pe_array.mma.instruction.{}", key),
               fmt::format("got {}, legal: a multiple of {} = {}", got, formula, step));
  };
  check("m", instruction.m, "rows * mma.m", uint64_t{array.rows} * array.mma.m);
  check("n", instruction.n, "cols * mma.n", uint64_t{array.cols} * array.mma.n);
  check("k", instruction.k, "mma.k", array.mma.k);
  const uint64_t blocks = blocks_of_a_pe(traits_of(Dataflow::output_stationary), array);
  const uint64_t sums = blocks * array.rows * array.cols * array.mma.m * array.mma.n;
  if (sums > kMaxSumsInPes) {
    fail_value(
        value_at(root, {"pe_array", "mma"}), "pe_array.mma",
        fmt::format("instruction.m * instruction.n * warps is {}, legal: up to {}", sums, kMaxSumsInPes));
  }
}

void check_array(const YamlNode& root, const AcceleratorParams& params) {
  const PeArrayParams& array = params.pe_array;
  for (const Format format : formats()) check_rate(root, array, format);
  for (const Format format : formats()) check_rule(root, array.mma, format);
  check_instruction(root, array);
  const uint64_t accumulators =
      uint64_t{params.accumulators.entries} * array.cols * array.mma.m * array.mma.n;
  if (accumulators > kMaxAccumulators) {
    fail_value(
        value_at(root, {"accumulators", "entries"}), "accumulators",
        fmt::format("entries * cols * mma.m * mma.n is {}, legal: up to {}", accumulators, kMaxAccumulators));
  }
}

/// The DMA's requests are whole bursts of the DRAM.
void check_bursts(const YamlNode& root, const AcceleratorParams& params) {
  if (params.dma.burst_bytes >= params.dram.burst_bytes) return;
  fail_value(value_at(root, {"dma", "burst_bytes"}), "dma.burst_bytes",
             fmt::format("got {}, legal: at least the DRAM's burst_bytes, {}", params.dma.burst_bytes,
                         params.dram.burst_bytes));
}

}  // namespace

ArchConfig arch_of(const YamlNode& root, const std::string& file_name) {
  ArchConfig config;
  config.name = file_name;
  read_table(root, "architecture", arch_table(), config);
  if (!is_file_name(config.name))
    fail_at(root.where, "the file's name is no name for it, legal: a key 'name'");
  check_array(root, config.params);
  check_buffers(root, config.params);
  check_bursts(root, config.params);
  if (config.dram_energy == DramEnergy::currents && !has_currents(config.params.dram)) {
    fail_value(
        value_at(root, {"dram_energy"}), "dram_energy",
        "currents, of which this dram has none, legal: a banked one with currents.core, or another price");
  }
  config.resolved = write_table(arch_table(), config);
  return config;
}

ArchConfig load_arch(const std::string& path_or_name, const std::vector<Override>& overrides) {
  const std::string path = shipped_path(Shipped::arch, path_or_name);
  YamlNode root = read_yaml_file(path);
  apply_overrides(root, overrides);
  return arch_of(root, std::filesystem::path(path).stem().string());
}

ArchConfig arch_from(const nlohmann::ordered_json& resolved, const std::string& source) {
  return arch_of(parse_yaml(resolved.dump(), {std::make_shared<const std::string>(source), 0, 0, "arch"}),
                 "");
}

}  // namespace systole
