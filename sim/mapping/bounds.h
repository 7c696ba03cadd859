#pragma once
// Analytic lower bounds: no mapping on this machine can take fewer cycles.
#include <array>
#include <string>
#include <vector>

#include "models/accelerator_params.h"
#include "sim/mapping/mapping.h"
#include "sim/mapping/traffic.h"
#include "sim/workload/problem.h"

namespace systole {

/// In core cycles; 0 where there is no such limit.
struct Bounds {
  uint64_t compute_cycles = 0;  ///< every PE busy on every cycle
  uint64_t vector_cycles = 0;   ///< every lane of the vector unit at work on every cycle
  uint64_t dram_cycles = 0;     ///< compulsory bytes at full bandwidth; 0 with data on chip or ideal DRAM
  uint64_t dma_cycles = 0;      ///< compulsory bytes in or out, a burst a port and cycle; 0 with data on chip
  uint64_t sram_cycles = 0;     ///< the busiest buffer's words over its banks and ports
};

/// What a bound is called: in results.json (with `_cycles` behind it), and in words.
struct BoundKind {
  const char* key;
  const char* label;
  uint64_t Bounds::*cycles;
};
inline constexpr std::array<BoundKind, 5> kBoundKinds = {{{"compute", "compute", &Bounds::compute_cycles},
                                                          {"vector", "vector unit", &Bounds::vector_cycles},
                                                          {"dram", "DRAM", &Bounds::dram_cycles},
                                                          {"dma", "DMA", &Bounds::dma_cycles},
                                                          {"sram", "SRAM", &Bounds::sram_cycles}}};

/// The highest bound; of equals the first kind.
const BoundKind& tightest(const Bounds& bounds);
/// "bound by DRAM: at least 320 cycles, however it is mapped"; `scope`: how far the bounds hold.
std::string bound_line(const Bounds& bounds, const char* scope = "however it is mapped");
/// "compute 64 cycles, DRAM 320, DMA 21": those that are not 0.
std::string bounds_text(const Bounds& bounds);

/// One pass of a layer that is computed in several, each of which ends before the next begins. The bus may
/// carry writes that wait in the memory's queues after their stage has ended, so `dram_cycles` may exceed the
/// stage's own time by as much.
struct StageBounds {
  std::string name;
  Bounds bounds;
};

/// The bounds of a layer as an algorithm computes it.
struct LayerBounds {
  Bounds whole;
  std::vector<StageBounds> stages;  ///< empty where there is one pass only
  uint64_t least_cycles = 0;        ///< the highest of `whole`, or what the stages take one after the other
};

LayerBounds bounds_of_one_pass(const Bounds& whole);
/// `dram_cycles`: of the layer's own tensors; of the other kinds the stages' sums are the whole's.
LayerBounds bounds_of_stages(std::vector<StageBounds> stages, uint64_t dram_cycles,
                             const AcceleratorParams& arch);

/// Which limit a layer comes closest to: the tightest one of the stage that takes the longest.
struct BoundLabel {
  const BoundKind* kind;
  const StageBounds* stage;  ///< nullptr where there is one pass only
};
/// `stage_cycles`: of each stage, as simulated or as its bounds say.
BoundLabel label_of(const LayerBounds& bounds, const std::vector<uint64_t>& stage_cycles);
/// The highest bound of each stage.
std::vector<uint64_t> least_stage_cycles(const LayerBounds& bounds);

/// dram_cycles and dma_cycles of these bytes.
Bounds transfer_bounds(DramBytes bytes, const AcceleratorParams& arch);
/// Cycles in which a buffer can hand out or take `bytes` at best. A tensor larger than a slot may lie across
/// all slots, each with banks of its own.
uint64_t buffer_cycles(const BufferParams& buffer, uint64_t bytes, uint64_t tensor_bytes);

/// What a DMA engine moves in a core cycle at most: one burst.
uint64_t dma_bytes_per_cycle(const AcceleratorParams& arch);
/// What the DRAM bus carries in a core cycle at best; not of ideal DRAM, which has no limit.
double dram_bytes_per_cycle(const AcceleratorParams& arch);

/// Of a problem that is computed as it is, in one pass.
Bounds lower_bounds(const Problem& problem, const AcceleratorParams& arch, Dataflow dataflow,
                    Residency residency);

}  // namespace systole
