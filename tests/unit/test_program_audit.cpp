// The order of what is lowered is proven: every algorithm, dataflow and residency on the shipped machines and
// layers. Nothing is simulated.
#include <catch2/catch.hpp>
#include <map>

#include "activations.h"
#include "random_case.h"
#include "sim/config/config.h"
#include "sim/program/happens_before.h"

namespace systole::test {
namespace {

/// How many instructions were proven, by what they are of.
class Audit {
 public:
  void prove(const LoweringRequest& request, const Algorithm& algorithm, const std::string& where) {
    if (!algorithm.declines(request).empty()) return;
    LoweredLayer lowered;
    try {
      lowered = algorithm.lower(request);
    } catch (const MappingError&) {  // no room
      return;
    }
    INFO(request.layer.name << " on " << where << " by " << algorithm.name << ", "
                            << traits_of(request.dataflow).name);
    const auto unproven = lowered.program();
    ProvenProgram program(*unproven);
    Instruction instruction;
    try {
      while (program.next(instruction)) {
      }
    } catch (const std::logic_error& error) {
      FAIL_CHECK(error.what());
    }
    instructions_[algorithm.name][static_cast<int>(request.residency)] += program.order().instructions();
  }

  /// By algorithm, then by residency.
  const std::map<std::string, std::array<uint64_t, 2>>& instructions() const { return instructions_; }

 private:
  std::map<std::string, std::array<uint64_t, 2>> instructions_;
};

void prove_everywhere(Audit& audit, const Layer& layer, const ArchConfig& arch) {
  for (const Algorithm& algorithm : algorithms()) {
    for (const DataflowTraits& dataflow : dataflows()) {
      for (Residency residency : {Residency::dram, Residency::sram}) {
        audit.prove({layer, arch.params, dataflow.id, residency}, algorithm, arch.name);
      }
    }
  }
}

/// The layer with each option that changes how its algorithms go about it.
std::vector<Layer> variants(const Layer& layer) {
  std::vector<Layer> all(4, layer);
  all[1].halo = Halo::refetch;
  all[1].transform.pretransformed = true;
  all[1].bias = !layer.bias;
  all[2].transform.gemm = GemmMethod::strassen;
  all[2].transform.transform_cse = true;
  all[2].activation = relu();
  all[3].format = Format::int8;
  all[3].scale = 0.01F;
  all[3].bias = true;
  return all;
}

}  // namespace

TEST_CASE("audit: small layers on every shipped architecture", "[order]") {
  Audit audit;
  for (const std::string& name : shipped(Shipped::arch)) {
    const ArchConfig arch = load_arch(name, {});
    for (const Layer& layer : load_workload("tiny").layers) {
      for (const Layer& variant : variants(layer)) prove_everywhere(audit, variant, arch);
    }
  }
  for (const Algorithm& algorithm : algorithms()) {
    INFO(algorithm.name);
    REQUIRE(audit.instructions().count(algorithm.name) == 1);
    CHECK(audit.instructions().at(algorithm.name)[0] > 1000);
  }
  CHECK(audit.instructions().at("direct")[1] > 100);
}

TEST_CASE("audit: small and large filters on the shipped architectures", "[order]") {
  Audit audit;
  for (const std::string& name : shipped(Shipped::arch)) {
    if (name == "tiny_2x2") continue;  // millions of instructions
    const ArchConfig arch = load_arch(name, {});
    for (const Layer& layer : load_workload("filter_sizes", {{"r3", "r7"}, {}, {}, {}, {}, {}}).layers)
      prove_everywhere(audit, layer, arch);
  }
  for (const auto& [algorithm, instructions] : audit.instructions()) {
    INFO(algorithm);
    CHECK(instructions[0] > 300);
  }
}

TEST_CASE("audit: random layers, tiles and orders on random small machines", "[order]") {
  Audit audit;
  for (uint32_t seed = 0; seed < 1000; ++seed) {
    Draw draw(seed + 500000);
    LoweringCase c = random_case(draw);
    if (draw.coin()) ask_for_tiles(c, draw);
    if (draw(0, 3) == 0) {
      c.residency = Residency::sram;
      for (BufferParams& buffer : c.arch.buffers) buffer.size = 1 << 16;
    }
    audit.prove({c.layer, c.arch, c.dataflow, c.residency}, *find_algorithm(c.algorithm),
                "seed " + std::to_string(seed));
  }
  uint64_t on_chip = 0;
  for (const auto& [algorithm, instructions] : audit.instructions()) on_chip += instructions[1];
  CHECK(audit.instructions().size() > 5);
  CHECK(on_chip > 100);
}

}  // namespace systole::test
