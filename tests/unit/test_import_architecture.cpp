// SCALE-Sim configurations.
#include "import_case.h"
#include "sim/config/arch_fields.h"
#include "sim/import/scalesim/architecture.h"
#include "sim/import/scalesim/settings.h"

namespace systole {
namespace {

const std::string kArray = "[architecture_presets]\nArrayHeight: 12\nArrayWidth: 14\n";
const std::string kSizes = "IfmapSramSzkB: 36\nFilterSramSzkB: 64\nOfmapSramSzkB: 8\n";
const std::string kMachine = kArray + kSizes + "Dataflow : ws\n";

ArchConfig arch_in(const Imported& imported) {
  return arch_of(parse_yaml(yaml_text(imported), {std::make_shared<const std::string>("made.yaml"), 1, 1}),
                 "made");
}

ArchConfig arch_from_cfg(const std::string& text) { return arch_in(import_architecture("a.cfg", text)); }

std::string cfg_error(const std::string& text) {
  return error_of("a.cfg:", [&] { import_architecture("a.cfg", text); });
}

}  // namespace

TEST_CASE("import: a configuration's array, buffers and dataflow", "[import]") {
  const Imported imported = import_architecture("a.cfg", "[general]\nrun_name = eye riss\n" + kMachine);
  const ArchConfig arch = arch_in(imported);
  CHECK(arch.name == "eye_riss");
  CHECK(notes_of(imported, 2) == "the run_name 'eye riss' becomes 'eye_riss'");
  CHECK(arch.params.clock_khz == 1000000);
  CHECK(arch.params.pe_array.rows == 12);
  CHECK(arch.params.pe_array.cols == 14);
  CHECK(arch.params.pe_array.dataflow == Dataflow::weight_stationary);
  CHECK_FALSE(arch.params.pe_array.overlap);
  const auto buffer = [&](Space space) { return arch.params.buffers[static_cast<int>(space)]; };
  CHECK(buffer(Space::input).size == 36 * 1024);
  CHECK(buffer(Space::weight).size == 64 * 1024);
  CHECK(buffer(Space::output).size == 8 * 1024);
  CHECK(buffer(Space::input).banks == 16);
  CHECK(arch_from_cfg(kArray + kSizes + "dataflow = os").params.pe_array.dataflow ==
        Dataflow::output_stationary);
  CHECK(arch_from_cfg(kArray + kSizes + "DATAFLOW:is").params.pe_array.dataflow ==
        Dataflow::input_stationary);
}

TEST_CASE("import: as many banks as the size allows", "[import]") {
  // 36 KiB = 2 slots * 8 bytes * 2304, and 2304 = 256 * 9.
  const ArchConfig arch =
      arch_from_cfg("[architecture_presets]\nArrayHeight: 1024\nArrayWidth: 1\n" + kSizes + "Dataflow: ws\n");
  CHECK(arch.params.buffers[static_cast<int>(Space::input)].banks == 256);
  CHECK(arch.params.buffers[static_cast<int>(Space::weight)].banks == 1024);
  CHECK(arch.params.buffers[static_cast<int>(Space::output)].banks == 512);
}

TEST_CASE("import: a configuration's memory", "[import]") {
  const std::string bandwidth = kMachine + "Bandwidth : 10\n";
  const Imported ideal =
      import_architecture("a.cfg", bandwidth + "[run_presets]\nInterfaceBandwidth: CALC\n");
  CHECK(arch_in(ideal).params.dram.kind == DramKind::ideal);
  CHECK(notes_of(ideal, 10) == "InterfaceBandwidth CALC: no cycle waits for memory: dram ideal");
  CHECK(notes_of(ideal, 8) == "[architecture_presets] Bandwidth: 10 is of no effect beside CALC");
  CHECK(arch_from_cfg(kMachine).params.dram.kind == DramKind::ideal);

  const std::string user = "[run_presets]\nInterfaceBandwidth: USER\n";
  const DramParams dram = arch_from_cfg(bandwidth + user).params.dram;
  CHECK(dram.kind == DramKind::fixed);
  CHECK(dram.bandwidth_num == 30 * dram.bandwidth_den);
  CHECK(dram.latency_ns == 1.0);
  const Imported listed = import_architecture("a.cfg", kMachine + "Bandwidth : 7, 20, 30\n" + user);
  CHECK(arch_in(listed).params.dram.bandwidth_num == 21);
  CHECK(notes_of(listed, 8).find("of Bandwidth '7, 20, 30' the first counts") == 0);
}

TEST_CASE("import: a configuration's request buffers", "[import]") {
  CHECK(
      arch_from_cfg(kMachine + "ReadRequestBuffer: 128\nWriteRequestBuffer: 128\n").params.dma.outstanding ==
      128);
  const Imported two =
      import_architecture("a.cfg", kMachine + "ReadRequestBuffer: 2048\nWriteRequestBuffer: 64\n");
  CHECK(arch_in(two).params.dma.outstanding == 1024);
  CHECK(notes_of(two, 8) == "ReadRequestBuffer 2048 is more than dma.outstanding can be, it becomes 1024");
  CHECK(notes_of(two, 9).find("both engines have the 2048 requests of ReadRequestBuffer") == 0);
}

TEST_CASE("import: what of a configuration has no counterpart is named", "[import]") {
  const std::string text = kMachine + "IfmapOffset:    0\n[sparsity]\nSparsitySupport : true\nNew = x y\n";
  const Imported imported = import_architecture("a.cfg", text);
  CHECK(notes_of(imported, 8) == "[architecture_presets] IfmapOffset: 0 has no counterpart");
  CHECK(notes_of(imported, 10) == "[sparsity] SparsitySupport: true has no counterpart");
  CHECK(notes_of(imported, 11) == "[sparsity] New: x y has no counterpart");
  CHECK(yaml_text(imported).find("\n# line 11: [sparsity] New: x y has no counterpart\n") !=
        std::string::npos);
}

TEST_CASE("import: settings are told from tables", "[import]") {
  CHECK(is_settings("\n# a comment\n; another\n [general]\nx: 1"));
  CHECK(is_settings("\xef\xbb\xbf[general]\r\n"));
  CHECK_FALSE(is_settings("Layer, M, N, K\n[a],1,2,3"));
  CHECK_FALSE(is_settings(""));
}

TEST_CASE("import: a configuration that cannot be read whole", "[import]") {
  CHECK(cfg_error(kMachine + "no delimiter\n") ==
        "8:1: error: got 'no delimiter', legal: [section], key: value, key = value");
  CHECK(cfg_error(kMachine + "[open\n").find("8:1: error: got '[open', legal: [section]") == 0);
  CHECK(cfg_error(kMachine + " arrayheight = 3\n") ==
        "8:2: error: a second key 'arrayheight', first in line 2");
  CHECK(cfg_error(kMachine + "[architecture_presets]\n").find("8:1: error: a second section") == 0);
  CHECK(cfg_error(kArray + kSizes) == " error: no Dataflow in [architecture_presets], it is required");
  CHECK(cfg_error(kArray + kSizes + "Dataflow: rs\n") ==
        "7:11: error: Dataflow: got 'rs', legal: os, ws, is");
  CHECK(cfg_error("[architecture_presets]\nArrayHeight: 2048\nArrayWidth: 2\n" + kSizes + "Dataflow: os\n")
            .find("2:14: error: rows: got '2048', legal: an integer from 1 to 1024") == 0);
  CHECK(cfg_error(kArray + "IfmapSramSzkB: big\nDataflow: ws\n")
            .find("4:16: error: IfmapSramSzkB: got 'big', legal:") == 0);
  CHECK(cfg_error(kArray + "IfmapSramSzkB: 2000000\nFilterSramSzkB: 64\nOfmapSramSzkB: 8\nDataflow: ws")
            .find("4:16: error: size: got '2000000KiB', legal:") == 0);
  CHECK(cfg_error(kMachine + "[run_presets]\nInterfaceBandwidth: FAST\n") ==
        "9:21: error: InterfaceBandwidth: got 'FAST', legal: CALC, USER");
  CHECK(cfg_error(kMachine + "[run_presets]\nInterfaceBandwidth: USER\n") ==
        " error: no Bandwidth in [architecture_presets], it is required");
}

}  // namespace systole
