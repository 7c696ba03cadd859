#pragma once
#include "models/compute/dataflow/folds.h"

namespace systole {

/// Whether a fold goes on with sums that lie in the PEs, and whether its own stay there.
struct SumsInPes {
  bool continued = false, kept = false;
};

/// What a fold does to the registers of the PEs that have work, padding left out.
///
/// Operands: a PE keeps the blocks of a step of k, or its held block; each is written when it arrives. Its
/// unit keeps the blocks of its last step: it reads those that the next one does not share. In systolic
/// arrays an element goes from PE to PE along its row or column; held blocks are written over the columns'
/// wires. Sums that stay in the PEs: read by each step but the first of fresh ones, written by each, read
/// once more when they leave, and handed down the rows below. Sums that run down the columns: handed from row
/// to row.
struct RegisterTraffic {
  struct Operand {
    uint64_t reads = 0, writes = 0, hops = 0;  ///< bits
  };
  Operand x, y;
  uint64_t sum_reads = 0, sum_writes = 0, sum_hops = 0;  ///< words of 4 bytes
};
RegisterTraffic register_traffic(const MatMulGeometry& geometry, const ArrayShape& shape, const Fold& fold,
                                 const SumsInPes& sums);

}  // namespace systole
