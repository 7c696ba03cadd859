#include "models/compute/operand_values.h"

#include <algorithm>
#include <stdexcept>

namespace systole {
namespace {

using Run = KTable::Run;

const Run* first_run_after(const std::vector<Run>& runs, uint64_t element) {
  const auto run = std::partition_point(runs.begin(), runs.end(),
                                        [=](const Run& r) { return r.first + r.count <= element; });
  return runs.data() + (run - runs.begin());
}

void check_reach(const OperandWalk& walk, int64_t from, int64_t to) {
  const int64_t bytes = traits_of(walk.format()).operand_bytes;
  if (std::min(from, to) < 0 || std::max(from, to) + bytes > static_cast<int64_t>(walk.buffer().size())) {
    throw std::logic_error("an operand view reaches beyond its buffer");
  }
}

/// The elements [first, end) of one lane to out[0], out[step], ...
void copy_lane(const OperandWalk& walk, uint64_t lane, const Run* run, uint64_t first, uint64_t end,
               Lane fill, Lane* out, std::size_t step) {
  const KTable& k = walk.k_table();
  const Run* last = k.runs().data() + k.runs().size();
  const auto load_run = kernels_of(walk.format()).load_run;
  const uint8_t* memory = walk.buffer().bytes();
  const int64_t base = walk.lane_base(lane), stride = k.stride();
  const int32_t y = walk.lane_y(lane), x = walk.lane_x(lane);
  uint64_t at = first;
  for (; run != last && run->first < end; ++run) {
    for (; at < run->first; ++at, out += step) *out = fill;
    const uint64_t n = std::min(run->first + run->count, end) - at;
    if (!walk.bounded() || walk.inside(y + run->dy, x + run->dx)) {
      const int64_t from = base + run->offset + static_cast<int64_t>(at - run->first) * stride;
      check_reach(walk, from, from + static_cast<int64_t>(n - 1) * stride);
      load_run(memory + from, stride, n, out, step);
    } else {
      for (uint64_t i = 0; i < n; ++i) out[i * step] = 0;
    }
    at += n;
    out += n * step;
  }
  for (; at < end; ++at, out += step) *out = fill;
}

/// The distance of neighbouring lanes if all are as far apart and none is ever outside; else 0.
int64_t even_pitch(const OperandWalk& walk, uint64_t lane, uint64_t lanes) {
  if (walk.bounded() || lanes < 2) return 0;
  if (walk.even_pitch() != 0) return walk.even_pitch();
  const int64_t pitch = walk.lane_base(lane + 1) - walk.lane_base(lane);
  for (uint64_t l = 2; l < lanes; ++l) {
    if (walk.lane_base(lane + l) - walk.lane_base(lane + l - 1) != pitch) return 0;
  }
  return pitch;
}

/// Element by element, all lanes of each: for operands whose lanes lie side by side.
void copy_across(const OperandWalk& walk, uint64_t lane, uint64_t lanes, int64_t pitch, uint64_t first,
                 uint64_t end, Lane fill, Lane* out, std::size_t element_step, std::size_t lane_step) {
  const KTable& k = walk.k_table();
  const Run* last = k.runs().data() + k.runs().size();
  const auto load_run = kernels_of(walk.format()).load_run;
  const uint8_t* memory = walk.buffer().bytes();
  const int64_t reach = static_cast<int64_t>(lanes - 1) * pitch;
  const Run* run = first_run_after(k.runs(), first);
  for (uint64_t e = first; e < end; ++e, out += element_step) {
    while (run != last && run->first + run->count <= e) ++run;
    if (run == last || e < run->first) {
      for (uint64_t l = 0; l < lanes; ++l) out[l * lane_step] = fill;
      continue;
    }
    const int64_t from =
        walk.lane_base(lane) + run->offset + static_cast<int64_t>(e - run->first) * k.stride();
    check_reach(walk, from, from + reach);
    load_run(memory + from, pitch, lanes, out, lane_step);
  }
}

bool lies_across(const OperandWalk& walk, int64_t pitch) {
  return pitch == static_cast<int64_t>(traits_of(walk.format()).operand_bytes) &&
         pitch != walk.k_table().stride();
}

}  // namespace

void OperandValues::copy_lanes(const OperandWalk& walk, uint64_t lane, uint64_t lanes, uint64_t first,
                               uint64_t end, Lane fill, Lane* out, std::size_t stride) {
  const int64_t pitch = even_pitch(walk, lane, lanes);
  if (lies_across(walk, pitch))
    return copy_across(walk, lane, lanes, pitch, first, end, fill, out, 1, stride);
  const Run* run = first_run_after(walk.k_table().runs(), first);
  for (uint64_t l = 0; l < lanes; ++l, out += stride) {
    copy_lane(walk, lane + l, run, first, end, fill, out, 1);
  }
}

void OperandValues::copy_panels(const OperandWalk& walk, uint64_t first, uint64_t end, Lane fill, Lane* out,
                                std::size_t stride) {
  const Run* const run = first_run_after(walk.k_table().runs(), first);
  for (uint64_t lane = 0; lane < walk.lane_count(); lane += kBlockLanes, out += stride) {
    const uint64_t lanes = std::min<uint64_t>(kBlockLanes, walk.lane_count() - lane);
    const int64_t pitch = even_pitch(walk, lane, lanes);
    if (lies_across(walk, pitch)) {
      copy_across(walk, lane, lanes, pitch, first, end, fill, out, kBlockLanes, 1);
      continue;
    }
    for (uint64_t l = 0; l < lanes; ++l)
      copy_lane(walk, lane + l, run, first, end, fill, out + l, kBlockLanes);
  }
}

}  // namespace systole
