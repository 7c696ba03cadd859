// The bytes of an instruction against plain nested loops over its views.
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "isa_bytes.h"
#include "models/footprint.h"

namespace systole::test {
namespace {

using ByteSet = std::set<int64_t>;

void add(ByteSet& bytes, int64_t at, uint32_t count) {
  for (uint32_t b = 0; b < count; ++b) bytes.insert(at + b);
}

/// The bytes that hold these bits.
void add_bits(ByteSet& bytes, int64_t at, Format format) {
  for (uint32_t b = 0; b < traits_of(format).bits; ++b) bytes.insert((at + b) >> 3);
}

/// Of its elements, or of the exponents that blocks of them share.
ByteSet bytes_of(const OperandView& v, bool exponents = false) {
  ByteSet bytes;
  for (uint32_t i = 0; i < v.lanes(); ++i) {
    const uint32_t lane[] = {i / v.lane[2].size / v.lane[1].size, i / v.lane[2].size % v.lane[1].size,
                             i % v.lane[2].size};
    for (uint32_t j = 0; j < v.depth(); ++j) {
      const uint32_t k[] = {j / v.k[2].size / v.k[1].size, j / v.k[2].size % v.k[1].size, j % v.k[2].size};
      if (!inside(v.bound[0], lane[1], k[0]) || !inside(v.bound[1], lane[2], k[1])) continue;
      int64_t at = v.base;
      for (int d = 0; d < 3; ++d) at += lane[d] * v.lane[d].stride + k[d] * v.k[d].stride;
      if (!exponents) {
        add_bits(bytes, at, v.format);
        continue;
      }
      const BlockExponents& e = v.exponents;
      at = e.base + k[0] * e.k[0] + k[1] * e.k[1] + k[2] / 32 * e.k[2];
      for (int d = 0; d < 3; ++d) at += lane[d] * e.lane[d];
      add(bytes, at / 8, 1);
    }
  }
  return bytes;
}

ByteSet bytes_of(const Vector& vector, const LaneView& v) {
  ByteSet bytes;
  const auto& n = vector.items;
  for (uint32_t i = 0; i < vector.count(); ++i) {
    const int64_t item[] = {i / n[4] / n[3] / n[2] / n[1], i / n[4] / n[3] / n[2] % n[1],
                            i / n[4] / n[3] % n[2], i / n[4] % n[3], i % n[4]};
    for (const LaneTap& tap : *v.taps) {
      if (!inside(v.bound[0], item[2], tap.row) || !inside(v.bound[1], item[3], tap.col)) continue;
      int64_t at = v.base + tap.offset;
      for (int d = 0; d < 5; ++d) at += item[d] * v.stride[d];
      for (uint32_t number = 0; number < v.numbers; ++number)
        add_bits(bytes, at + int64_t{number} * v.element_bits(), v.format);
    }
  }
  return bytes;
}

void check(const Access& access, const ByteSet& expected) {
  ByteSet bytes;
  for (const ByteRun& run : runs_of(access)) {
    CHECK(run.begin >= access.hull.begin);
    CHECK(run.end <= access.hull.end);
    add(bytes, run.begin, static_cast<uint32_t>(run.end - run.begin));
  }
  CHECK((bytes == expected));
}

struct Random {
  std::mt19937 random;
  int32_t operator()(int32_t low, int32_t high) {
    return low + static_cast<int32_t>(random() % static_cast<uint32_t>(high - low + 1));
  }
  /// A window of a stored tile: lanes `step` apart along a coordinate whose neighbours are `pitch` bytes
  /// apart.
  void window(OperandView& view, int b, int32_t pitch) {
    const int32_t step = (*this)(1, 2), dilation = (*this)(1, 2);
    view.bound[b] = {(*this)(-3, 2), step, dilation, (*this)(0, 6)};
    view.lane[1 + b] = {static_cast<uint32_t>((*this)(1, 4)), int64_t{step} * pitch};
    view.k[b] = {static_cast<uint32_t>((*this)(1, 3)), int64_t{dilation} * pitch};
    view.base += int64_t{view.bound[b].origin} * pitch;
    const int64_t between = 8 * (b == 0 ? 40 : 3);  // exponents of neighbours
    view.exponents.lane[1 + b] = step * between;
    view.exponents.k[b] = dilation * between;
    view.exponents.base += view.bound[b].origin * between;
  }
};

}  // namespace

TEST_CASE("an operand's bytes are those of its loops, without padding", "[isa]") {
  Random draw{std::mt19937(1)};
  for (int round = 0; round < 400; ++round) {
    MatMul op;
    op.input.format = formats()[static_cast<size_t>(draw(0, kFormatCount - 1))];
    const auto bits = static_cast<int32_t>(traits_of(op.input.format).bits);
    op.input.base = 8 * 1000;
    op.input.exponents.base = 8 * 3000;
    op.input.exponents.lane[0] = 8 * 600;
    op.input.exponents.k[2] = 8;
    draw.window(op.input, 0, 8 * draw(40, 60));
    draw.window(op.input, 1, 8 * draw(4, 12));
    op.input.lane[0] = {static_cast<uint32_t>(draw(1, 2)), 8 * 500};
    op.input.k[2] = {static_cast<uint32_t>(draw(1, 3)), bits * draw(-6, 6)};
    op.weight.buffer = Space::weight;
    op.psum_in = PsumSource::buffer;
    const uint32_t scaled = op.input.block() > 0 ? 1 : 0;
    if (scaled != 0) op.input.k[2].size = static_cast<uint32_t>(draw(1, 70));
    const Accesses reads = reads_of({{}, op});
    REQUIRE(reads.count == 3 + scaled);
    check(reads.list[0], bytes_of(op.input));
    if (scaled != 0) check(reads.list[2], bytes_of(op.input, true));
    CHECK(reads.list[2 + scaled].sums);
  }
}

TEST_CASE("a lane program's bytes are those of its items and taps", "[isa]") {
  Random draw{std::mt19937(2)};
  for (int round = 0; round < 400; ++round) {
    Vector vector;
    LaneView& source = vector.sources[static_cast<size_t>(draw(0, kMostSources - 1))];
    vector.source_count = kMostSources;
    source.format = formats()[static_cast<size_t>(draw(0, kFormatCount - 1))];
    const auto bits = static_cast<int32_t>(traits_of(source.format).bits);
    std::vector<LaneTap> taps;
    for (int t = draw(1, 4); t > 0; --t) taps.push_back({bits * draw(-40, 40), draw(0, 2), draw(0, 2)});
    for (uint32_t& size : vector.items) size = static_cast<uint32_t>(draw(1, 3));
    source.base = 8 * 1000;
    source.numbers = static_cast<uint32_t>(draw(1, 2));
    source.taps = std::make_shared<const std::vector<LaneTap>>(taps);
    for (int64_t& stride : source.stride) stride = bits * draw(-90, 90);
    for (Bound& bound : source.bound) bound = {draw(-2, 2), draw(0, 2), draw(0, 1), draw(0, 4)};
    check(reads_of({{}, vector}).list[&source - vector.sources.data()], bytes_of(vector, source));
    REQUIRE(reads_of({{}, vector}).count == kMostSources);
  }
}

TEST_CASE("bias, table and quantised results have their own bytes", "[isa]") {
  Vector vector;
  vector.items = {1, 1, 1, 3, 2};
  vector.source_count = vector.target_count = 2;
  vector.sources[0].base = 8 * 64;
  vector.sources[0].stride = {0, 0, 0, 8 * 16, 8 * 4};
  vector.targets[0] = vector.sources[0];
  vector.targets[0].format = Format::int8;
  vector.targets[1].base = 8 * 128;
  vector.targets[1].buffer = Space::output;
  vector.sources[1].buffer = Space::weight;
  vector.sources[1].base = 8 * 512;
  vector.sources[1].stride[4] = 8 * 8;
  vector.sources[1].numbers = 2;
  const Accesses reads = reads_of({{}, vector}), writes = writes_of({{}, vector});
  REQUIRE(reads.count == 2);
  REQUIRE(writes.count == 2);
  CHECK(reads.list[1].space == Space::weight);
  check(reads.list[1], {512, 513, 514, 515, 516, 517, 518, 519, 520, 521, 522, 523, 524, 525, 526, 527});
  check(writes.list[0], {64, 68, 80, 84, 96, 100});
  check(writes.list[1], {128, 129, 130, 131});

  MatMul table;
  table.input.k[2] = {2, 32};
  table.indexing = Indexing::table;
  table.index_base = 256;
  REQUIRE(reads_of({{}, table}).count == 3);
  check(reads_of({{}, table}).list[2], {256, 257, 258, 259, 260, 261, 262, 263});
}

TEST_CASE("two accesses share bytes exactly where their byte sets meet", "[isa]") {
  Random draw{std::mt19937(3)};
  uint64_t shared = 0;
  for (int round = 0; round < 2000; ++round) {
    Move a, b;
    for (Move* move : {&a, &b}) {
      move->from.base = static_cast<uint64_t>(draw(0, 200));
      move->size[5] = static_cast<uint32_t>(draw(1, 6));
      for (int d : {3, 4}) {
        move->size[d] = static_cast<uint32_t>(draw(1, 4));
        move->from.stride[d] = draw(1, 40);
      }
    }
    const Access of_a = reads_of({{}, Load{a}}).list[0], of_b = reads_of({{}, Load{b}}).list[0];
    bool meet = false;
    for (const ByteRun& x : runs_of(of_a)) {
      for (const ByteRun& y : runs_of(of_b)) meet = meet || x.meets(y);
    }
    CHECK(share_bytes(of_a, of_b) == meet);
    shared += meet;
  }
  CHECK(shared > 200);
  CHECK(shared < 1800);
}

}  // namespace systole::test
