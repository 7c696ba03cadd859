#pragma once
#include <array>
#include <cstdint>
#include <type_traits>

#include "models/isa.h"
#include "models/kernel/time.h"

namespace systole {

/// The rows of a timeline, from top to bottom.
enum class Track : uint8_t {
  sequencer,
  load_engine,
  store_engine,
  compute_core,
  results,
  vector_unit,
  dram_reads,
  dram_writes
};
inline constexpr int kTrackCount = 8;
inline constexpr std::array<const char*, kTrackCount> kTrackNames = {
    "sequencer",   "load engine", "store engine", "compute core", "compute core results",
    "vector unit", "DRAM reads",  "DRAM writes"};

enum class OperationKind : uint32_t {
  issue,
  barrier,
  load,
  copy,
  store,
  matmul,
  results,
  lane_program,
  dram_read,
  dram_write
};
inline constexpr std::array<const char*, 10> kOperationNames = {
    "issue",  "barrier", "load",         "copy",      "store",
    "MatMul", "results", "lane program", "DRAM read", "DRAM write"};

/// What a unit did for one instruction, in the cycles [at, end).
struct Operation {
  Cycle at = 0, end = 0;
  uint64_t bytes = 0;               ///< moved; on the bus, where it is the DRAM's
  uint64_t work = 0;                ///< MACs, elements or items
  std::array<uint64_t, 3> shape{};  ///< m, n, k of a MatMul
  TileTag tile;
  uint32_t lane = 0;  ///< of the track: operations of one lane follow one another
  OperationKind kind = OperationKind::issue;
  Track track = Track::sequencer;
  Tensor tensor = Tensor::input;  ///< that is moved, or results are of
  Unit unit = Unit::load;         ///< that an issue goes to
  Dataflow dataflow = {};         ///< of a MatMul
};
static_assert(std::has_unique_object_representations_v<Operation>);  // no gaps: it is written as it lies

}  // namespace systole
