#include "models/control/burst.h"

namespace systole {
namespace {

/// The end of what can be taken in ascending order from the block that `first` lies in, without a burst in
/// between of which no byte is wanted.
uint64_t reach_in_block(BoxWalker walker, bool dram_is_source, uint64_t block_end, uint32_t granule) {
  uint64_t end = 0;
  while (!walker.done()) {
    const uint64_t address = dram_is_source ? walker.from_address() : walker.to_address();
    if (address < end || address >= block_end) break;
    if (end != 0 && address / granule > (end - 1) / granule + 1) break;
    const uint32_t take =
        static_cast<uint32_t>(std::min<uint64_t>(walker.left_in_run(), block_end - address));
    end = address + take;
    walker.advance(take);
    if (end == block_end) break;
  }
  return end;
}

/// As cut_burst() where the next run does not hold a whole block.
[[gnu::noinline]] void cut_pieces(BoxWalker& walker, bool dram_is_source, uint64_t block_end,
                                  uint32_t granule, Burst& burst) {
  const uint64_t first = dram_is_source ? walker.from_address() : walker.to_address();
  const uint64_t begin = first & ~uint64_t{granule - 1};
  // Nothing to look for where one run, or one burst of the DRAM, reaches the end of the block.
  const bool whole = walker.left_in_run() >= block_end - first || begin + granule == block_end;
  const uint64_t reach = whole ? block_end : reach_in_block(walker, dram_is_source, block_end, granule);
  const uint64_t end = (reach + granule - 1) & ~uint64_t{granule - 1};
  uint32_t length = granule;
  while (begin % (uint64_t{length} * 2) == 0 && begin + uint64_t{length} * 2 <= end) length *= 2;

  uint64_t last_end = 0;
  burst.useful_bytes = 0;
  while (!walker.done()) {
    const uint64_t address = dram_is_source ? walker.from_address() : walker.to_address();
    if (address < std::max(begin, last_end) || address >= begin + length) break;
    const uint32_t take =
        static_cast<uint32_t>(std::min<uint64_t>(walker.left_in_run(), begin + length - address));
    const uint64_t on_chip = dram_is_source ? walker.to_address() : walker.from_address();
    burst.segments.add({on_chip, static_cast<uint32_t>(address - begin), take});
    burst.useful_bytes += take;
    last_end = address + take;
    walker.advance(take);
  }
  burst.address = begin;
  burst.length = length;
}

}  // namespace

void cut_burst(BoxWalker& walker, bool dram_is_source, uint32_t burst_bytes, uint32_t granule, Burst& burst) {
  const uint64_t first = dram_is_source ? walker.from_address() : walker.to_address();
  const uint64_t into_block = first & (burst_bytes - 1);
  burst.segments.clear();
  burst.next_segment = 0;
  burst.next_byte = 0;
  if (into_block != 0 || walker.left_in_run() < burst_bytes)
    return cut_pieces(walker, dram_is_source, first - into_block + burst_bytes, granule, burst);
  burst.segments.add({dram_is_source ? walker.to_address() : walker.from_address(), 0, burst_bytes});
  burst.useful_bytes = burst.length = burst_bytes;
  burst.address = first;
  walker.advance(burst_bytes);
}

}  // namespace systole
