#include "models/footprint.h"

#include <algorithm>

#include "models/number/block_scale.h"

namespace systole {
namespace {

/// Padding that a bound cuts off at either end is no part of the hull.
void cut_padding(ByteRun& hull, const Axis& lane, const Axis& k, const Bound& bound) {
  if (bound.limit == 0) return;
  const int64_t pitch = bound.lane_step != 0 ? lane.stride / bound.lane_step
                        : bound.k_step != 0  ? k.stride / bound.k_step
                                             : 0;
  const int64_t last =
      bound.origin + int64_t{lane.size - 1} * bound.lane_step + int64_t{k.size - 1} * bound.k_step;
  if (bound.origin < 0) hull.begin -= bound.origin * pitch;
  if (last >= bound.limit) hull.end -= (last - bound.limit + 1) * pitch;
}

/// The bytes that hold these bits.
ByteRun bytes_of(int64_t begin, int64_t end) { return {begin >> 3, (end + 7) >> 3}; }

Access with_hull(Access access) {
  int64_t lowest = 0, highest = 0;
  if (access.taps != nullptr && !access.taps->empty()) {
    const auto [low, high] =
        std::minmax_element(access.taps->begin(), access.taps->end(),
                            [](const LaneTap& a, const LaneTap& b) { return a.offset < b.offset; });
    lowest = low->offset;
    highest = high->offset;
  }
  ByteRun bits{access.base + lowest, access.base + highest + static_cast<int64_t>(access.run)};
  for (const Axis& axis : access.axes) {
    const int64_t reach = (int64_t{axis.size} - 1) * axis.stride;
    (reach < 0 ? bits.begin : bits.end) += reach;
  }
  for (int b = 0; b < 2 && access.taps == nullptr; ++b)
    cut_padding(bits, access.axes[1 + b], access.axes[3 + b], access.bound[b]);
  access.hull = bytes_of(bits.begin, bits.end);
  return access;
}

Access access_of(const BoxSide& side, const Move& move) {
  Access access;
  access.space = side.space;
  access.base = static_cast<int64_t>(8 * side.base);
  access.run = uint64_t{8} * move.size[kBoxRank - 1];
  for (int d = 0; d + 1 < kBoxRank; ++d) access.axes[d] = {move.size[d], 8 * side.stride[d]};
  return with_hull(access);
}

Access access_of(const OperandView& view) {
  Access access;
  access.space = view.buffer;
  access.base = view.base;
  access.run = traits_of(view.format).bits;
  access.bound = view.bound;
  std::copy(view.lane.begin(), view.lane.end(), access.axes.begin());
  std::copy(view.k.begin(), view.k.end(), access.axes.begin() + 3);
  return with_hull(access);
}

Access exponents_of(const OperandView& view) {
  Access access;
  access.space = view.buffer;
  access.base = view.exponents.base;
  access.run = kExponentBits;
  access.bound = view.bound;
  for (int a = 0; a < 3; ++a) {
    access.axes[a] = {view.lane[a].size, view.exponents.lane[a]};
    access.axes[3 + a] = {view.k[a].size, view.exponents.k[a]};
  }
  access.axes[5].size = (view.k[2].size + view.block() - 1) / view.block();
  return with_hull(access);
}

Access access_of(const ResultView& view, uint32_t bytes, bool sums) {
  Access access;
  access.space = view.buffer;
  access.base = 8 * view.base;
  access.run = uint64_t{8} * bytes;
  access.axes = {view.m[0], view.m[1], view.m[2], view.n};
  for (Axis& axis : access.axes) axis.stride *= 8;
  access.sums = sums;
  return with_hull(access);
}

Access access_of(const LaneView& view, const Vector& vector) {
  Access access;
  access.space = view.buffer;
  access.base = view.base;
  access.run = uint64_t{view.numbers} * view.element_bits();
  access.bound = view.bound;
  static const LaneTaps kHere = std::make_shared<const std::vector<LaneTap>>(1);
  access.taps = view.taps == nullptr ? kHere : view.taps;
  constexpr int kItemOfAxis[] = {0, 2, 3, 1, 4};
  for (int a = 0; a < 5; ++a) access.axes[a] = {vector.items[kItemOfAxis[a]], view.stride[kItemOfAxis[a]]};
  return with_hull(access);
}

Access run_of_bytes(Space space, uint64_t base, uint64_t bytes) {
  Access access;
  access.space = space;
  access.base = static_cast<int64_t>(8 * base);
  access.run = 8 * bytes;
  return with_hull(access);
}

struct Reads {
  Accesses all;
  void operator()(const Load& load) { all.add(access_of(load.move.from, load.move)); }
  void operator()(const Store& store) { all.add(access_of(store.move.from, store.move)); }
  void operator()(const MatMul& op) {
    all.add(access_of(op.input));
    all.add(access_of(op.weight));
    for (const OperandView* view : {&op.input, &op.weight}) {
      if (view->block() > 0) all.add(exponents_of(*view));
    }
    if (op.indexing == Indexing::table) {
      all.add(run_of_bytes(op.input.buffer, op.index_base, op.input.depth() * sizeof(int32_t)));
    }
    if (op.psum_in != PsumSource::none) all.add(access_of(op.result, sizeof(int32_t), true));
  }
  void operator()(const Vector& vector) {
    for (uint32_t i = 0; i < vector.source_count; ++i) all.add(access_of(vector.sources[i], vector));
  }
  void operator()(const Barrier&) {}
};

struct Writes {
  Accesses all;
  void operator()(const Load& load) { all.add(access_of(load.move.to, load.move)); }
  void operator()(const Store& store) { all.add(access_of(store.move.to, store.move)); }
  void operator()(const MatMul& op) { all.add(access_of(op.result, sizeof(int32_t), true)); }
  void operator()(const Vector& vector) {
    for (uint32_t i = 0; i < vector.target_count; ++i) all.add(access_of(vector.targets[i], vector));
  }
  void operator()(const Barrier&) {}
};

bool inside(const Access& access, const std::array<uint32_t, 6>& index, const LaneTap& tap) {
  const int32_t taps[] = {tap.row, tap.col};
  for (int b = 0; b < 2; ++b) {
    const Bound& bound = access.bound[b];
    const int64_t along_k = access.taps != nullptr ? taps[b] : int64_t{index[3 + b]};
    const int64_t at = bound.origin + int64_t{index[1 + b]} * bound.lane_step + along_k * bound.k_step;
    if (bound.limit != 0 && (at < 0 || at >= bound.limit)) return false;
  }
  return true;
}

/// The same bytes in longer runs: a loop whose steps follow one another without a gap is part of the run,
/// unless padding may cut it.
Access in_longer_runs(Access access) {
  const auto is_whole = [&](int axis) {
    if (axis == 0 || axis == 5 || (axis > 2 && access.taps != nullptr)) return true;
    return access.bound[axis == 1 || axis == 3 ? 0 : 1].limit == 0;
  };
  for (int d = 5; d >= 0; --d) {
    Axis& axis = access.axes[d];
    if (axis.size < 2 || axis.stride != static_cast<int64_t>(access.run) || !is_whole(d)) continue;
    access.run *= axis.size;
    axis = {};
    d = 6;  // what did not fit the shorter run may fit this one
  }
  return access;
}

void add_runs(const Access& access, const LaneTap& tap, std::vector<ByteRun>& runs) {
  std::array<uint32_t, 6> index{};
  for (const Axis& axis : access.axes) {
    if (axis.size == 0) return;
  }
  for (;;) {
    if (inside(access, index, tap)) {
      int64_t at = access.base + tap.offset;
      for (int d = 0; d < 6; ++d) at += int64_t{index[d]} * access.axes[d].stride;
      runs.push_back(bytes_of(at, at + static_cast<int64_t>(access.run)));
    }
    int d = 5;
    while (d >= 0 && ++index[d] == access.axes[d].size) index[d--] = 0;
    if (d < 0) return;
  }
}

}  // namespace

Accesses reads_of(const Instruction& instruction) {
  Reads reads;
  std::visit(reads, instruction.op);
  return reads.all;
}

Accesses writes_of(const Instruction& instruction) {
  Writes writes;
  std::visit(writes, instruction.op);
  return writes.all;
}

std::vector<ByteRun> runs_of(const Access& whole) {
  const Access access = in_longer_runs(whole);
  std::vector<ByteRun> runs;
  if (access.taps == nullptr) {
    add_runs(access, {}, runs);
  } else {
    for (const LaneTap& tap : *access.taps) add_runs(access, tap, runs);
  }
  std::sort(runs.begin(), runs.end(), [](const ByteRun& a, const ByteRun& b) { return a.begin < b.begin; });
  std::size_t kept = 0;
  for (const ByteRun& run : runs) {
    if (run.begin == run.end) continue;
    if (kept != 0 && run.begin <= runs[kept - 1].end) {
      runs[kept - 1].end = std::max(runs[kept - 1].end, run.end);
    } else {
      runs[kept++] = run;
    }
  }
  runs.resize(kept);
  return runs;
}

bool share_bytes(const Access& a, const Access& b) {
  if (a.space != b.space || !a.hull.meets(b.hull)) return false;
  const std::vector<ByteRun> of_a = runs_of(a), of_b = runs_of(b);
  for (std::size_t i = 0, j = 0; i < of_a.size() && j < of_b.size();) {
    if (of_a[i].meets(of_b[j])) return true;
    of_a[i].end <= of_b[j].begin ? ++i : ++j;
  }
  return false;
}

}  // namespace systole
