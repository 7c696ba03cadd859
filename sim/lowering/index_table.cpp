#include "sim/lowering/index_table.h"

#include <fmt/format.h>

#include <cstring>

#include "sim/lowering/box.h"
#include "sim/mapping/mapping.h"

namespace systole {
namespace {

void append_offsets(const TileContext& context, const TilePlan& plan, uint32_t channels,
                    std::vector<uint8_t>& table) {
  const Problem& p = context.problem;
  for (uint32_t r = 0; r < p.R; ++r) {
    for (uint32_t s = 0; s < p.S; ++s) {
      for (uint32_t c = 0; c < channels; ++c) {
        const int64_t bits =
            r * p.dilation_h * plan.input.row + s * p.dilation_w * plan.input.pixel + c * plan.input.channel;
        const auto offset = static_cast<int32_t>(bits);
        if (offset != bits)
          throw MappingError(
              fmt::format("mapping: offsets in the index table reach {} bits, legal: up to 2^31 - 1", bits));
        table.resize(table.size() + sizeof offset);
        std::memcpy(table.data() + table.size() - sizeof offset, &offset, sizeof offset);
      }
    }
  }
}

}  // namespace

std::vector<uint8_t> index_table(const TileContext& context, const TilePlan& plan) {
  std::vector<uint8_t> table;
  if (!context.has_index_table()) return table;
  append_offsets(context, plan, plan.channels.block, table);
  const uint32_t last = plan.channels.size(plan.channels.count() - 1);
  if (last != plan.channels.block) append_offsets(context, plan, last, table);
  return table;
}

uint64_t index_table_at(const TileContext& context, const TilePlan& plan, uint32_t channels) {
  const Problem& p = context.problem;
  const bool whole = channels == plan.channels.block;
  return plan.index.address(0) + (whole ? 0 : uint64_t{p.R} * p.S * plan.channels.block * sizeof(int32_t));
}

std::optional<Move> load_index_table(const TileContext& context, const TilePlan& plan,
                                     const DramLayout& dram) {
  if (!context.has_index_table()) return std::nullopt;
  const uint64_t entries = index_table_entries(context, plan.channels);
  return make_move(Tensor::index, 32, {{entries, 32, 32}}, Space::dram, dram.index, Space::input,
                   plan.index.address(0));
}

}  // namespace systole
