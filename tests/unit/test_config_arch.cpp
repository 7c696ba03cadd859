#include <cstdlib>

#include "config_files.h"

namespace systole {
namespace {

const char* const kSmall =
    "pe_array: {rows: 3, cols: 5}\n"
    "buffers: {input: {size: 64KiB}, weight: {size: 4096, banks: 4}, output: {size: 1MiB, slots: 1}}\n";

std::string set_error(const std::string& path, const std::string& value) {
  const ConfigFile file(kSmall);
  return error_of(file.path(), [&] { load_arch(file.path(), {{path, value}}); });
}

ArchConfig with(const std::vector<Override>& overrides) {
  const ConfigFile file(kSmall);
  return load_arch(file.path(), overrides);
}

}  // namespace

TEST_CASE("an architecture is its YAML and the defaults of the parameter structs") {
  const ArchConfig arch = with({});
  const AcceleratorParams defaults;
  CHECK(arch.name == "file");
  CHECK(arch.params.pe_array.rows == 3);
  CHECK(arch.params.pe_array.cols == 5);
  CHECK(arch.params.pe_array.mma.latency == defaults.pe_array.mma.latency);
  CHECK(arch.params.clock_khz == defaults.clock_khz);
  CHECK(arch.params.buffers[0].size == 65536);
  CHECK(arch.params.buffers[1].banks == 4);
  CHECK(arch.params.buffers[2].size == 1 << 20);
  CHECK(arch.params.buffers[2].slots == 1);
  CHECK(arch.params.dram.bandwidth_num == defaults.dram.bandwidth_num);
  CHECK(arch.energy_table == "lecture");
  CHECK(arch.residency == Residency::dram);
}

TEST_CASE("option --set reaches every kind of key") {
  const ArchConfig arch = with({{"pe_array.rows", "32"},
                                {"pe_array.dataflow", "input_stationary"},
                                {"pe_array.interconnect", "broadcast"},
                                {"pe_array.overlap", "false"},
                                {"pe_array.mma", "{m: 4, k: 2, latency: 3}"},
                                {"accumulators.entries", "7"},
                                {"buffers.weight.size", "1MiB"},
                                {"buffers.weight.width_bits", "256"},
                                {"dma.burst_bytes", "128"},
                                {"vector_unit.lanes", "9"},
                                {"clock_mhz", "1333.333"},
                                {"dram.gbps", "64/3"},
                                {"dram.latency_ns", "17.5"},
                                {"energy", "horowitz_45nm"},
                                {"residency", "sram"}});
  const AcceleratorParams& p = arch.params;
  CHECK(p.pe_array.rows == 32);
  CHECK(p.pe_array.dataflow == Dataflow::input_stationary);
  CHECK(p.pe_array.interconnect == Interconnect::broadcast);
  CHECK_FALSE(p.pe_array.overlap);
  CHECK(p.pe_array.mma.m == 4);
  CHECK(p.pe_array.mma.n == 1);
  CHECK(p.pe_array.mma.k == 2);
  CHECK(p.pe_array.mma.latency == 3);
  CHECK(p.accumulators.entries == 7);
  CHECK(p.buffers[1].size == 1 << 20);
  CHECK(p.buffers[1].width_bits == 256);
  CHECK(p.dma.burst_bytes == 128);
  CHECK(p.vector_unit.lanes == 9);
  CHECK(p.clock_khz == 1333333);
  CHECK(p.dram.bandwidth_num == 64);
  CHECK(p.dram.bandwidth_den == 3);
  CHECK(p.dram.latency_ns == 17.5);
  CHECK(arch.energy_table == "horowitz_45nm");
  CHECK(arch.residency == Residency::sram);
}

TEST_CASE("the last --set of a key wins") {
  CHECK(with({{"pe_array.rows", "4"}, {"pe_array.rows", "8"}}).params.pe_array.rows == 8);
  CHECK(with({{"dram", "ideal"}, {"dram", "{model: fixed, gbps: 3}"}}).params.dram.bandwidth_num == 3);
}

TEST_CASE("no --set of a map undoes an earlier one of a key in it") {
  const auto error = [](const std::vector<Override>& overrides) {
    return error_of("", [&] { with(overrides); });
  };
  CHECK(error({{"buffers.input.banks", "4"}, {"buffers.input", "{size: 64KiB}"}}) ==
        "--set: error: buffers.input: replaces buffers.input.banks given before it, legal: the map first, "
        "then keys "
        "in it");
  CHECK(with({{"buffers.input", "{size: 64KiB}"}, {"buffers.input.banks", "4"}}).params.buffers[0].banks ==
        4);
  CHECK(with({{"pe_array.rows", "4"}, {"pe_array.cols", "8"}}).params.pe_array.cols == 8);
}

TEST_CASE("option --set is wrong in its own name") {
  CHECK(set_error("pe_array.rwos", "3")
            .rfind("--set: error: pe_array.rwos: unknown key, did you mean 'rows'? legal: rows, ", 0) == 0);
  CHECK(set_error("pe_aray.rows", "3")
            .rfind("--set: error: pe_aray.rows: unknown key 'pe_aray', did you mean 'pe_array'?", 0) == 0);
  CHECK(set_error("pe_array.rows", "0") ==
        "--set: error: pe_array.rows: got '0', legal: an integer from 1 to 1024");
  CHECK(set_error("pe_array.rows", "\"4\"") ==
        "--set: error: pe_array.rows: got the text '4', legal: an integer from 1 to 1024");
  CHECK(set_error("pe_array", "{rows: 1, cols: -1}") ==
        "--set: error: pe_array: cols: got '-1', legal: an integer from 1 to 1024");
  CHECK(set_error("pe_array.rows", "&a 3").find("anchors and aliases are not supported") !=
        std::string::npos);
  CHECK(set_error("", "3") == "--set: error: not a path of keys, legal: one such as pe_array.rows");
  CHECK(set_error("pe_array..rows", "3").find("not a path of keys") != std::string::npos);
  CHECK(set_error("buffers.input.size", "1000") ==
        "--set: error: buffers.input.size: got 1000 bytes, legal: a multiple of slots * banks * width_bits / "
        "8 = 2 * 16 * 8 "
        "= 256");
}

TEST_CASE("dram takes a model, a preset, or a preset with changes") {
  const DramParams ideal = with({{"dram", "ideal"}}).params.dram;
  CHECK(ideal.kind == DramKind::ideal);
  const DramParams preset = with({{"dram", "{preset: fixed_34g, latency_ns: 1}"}}).params.dram;
  CHECK(preset.bandwidth_num == 512);
  CHECK(preset.bandwidth_den == 15);
  CHECK(preset.clock_khz == 1066667);
  CHECK(preset.latency_ns == 1);
  CHECK(with({{"dram", "fixed_34g"}, {"dram.gbps", "25.6"}}).params.dram.bandwidth_num == 128);
  CHECK(set_error("dram.gbps", "0.0001").find("legal: a bandwidth from 0.001") != std::string::npos);
  CHECK(set_error("dram.gbps", "100000.1").find("legal: a bandwidth from 0.001") != std::string::npos);
}

TEST_CASE("shipped architectures load, and load again from what they resolved to") {
  const std::vector<std::string> names = shipped(Shipped::arch);
  REQUIRE(names.size() >= 6);
  for (const std::string& name : names) {
    INFO(name);
    const ArchConfig arch = load_arch(name, {});
    CHECK(arch.name == name);
    const ConfigFile again(arch.resolved.dump(1));
    CHECK(load_arch(again.path(), {}).resolved == arch.resolved);
  }
}

TEST_CASE("$SYSTOLE_DATA_DIR replaces the shipped files") {
  const ConfigFile file(kSmall);
  std::filesystem::create_directories(file.folder() / "arch_configs");
  file.write("arch_configs/mine.yaml", kSmall);
  REQUIRE(setenv("SYSTOLE_DATA_DIR", file.folder().c_str(), 1) == 0);
  const std::vector<std::string> names = shipped(Shipped::arch);
  const std::string path = shipped_path(Shipped::arch, "mine");
  const std::string error = error_of("", [] { load_arch("mime", {}); });
  unsetenv("SYSTOLE_DATA_DIR");
  CHECK(names == std::vector<std::string>{"mine"});
  CHECK(path == (file.folder() / "arch_configs/mine.yaml").string());
  CHECK(error ==
        "mime: error: no such architecture, did you mean 'mine'? legal: mine, or a path ending in .yaml");
}

TEST_CASE("the schema of an architecture states ranges, defaults and what is required") {
  const auto schema = arch_schema();
  const auto& array = schema["properties"]["pe_array"];
  CHECK(schema["additionalProperties"] == false);
  CHECK(array["required"] == nlohmann::ordered_json({"rows", "cols"}));
  CHECK(array["properties"]["rows"]["maximum"] == 1024);
  CHECK(array["properties"]["dataflow"]["default"] == "output_stationary");
  CHECK(schema["properties"]["energy"]["default"] == "lecture");
}

}  // namespace systole
