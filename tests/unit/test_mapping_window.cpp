#include <catch2/catch.hpp>
#include <set>

#include "sim/mapping/window.h"

using namespace systole;

namespace {

/// Input coordinates that outputs [begin, begin + count) touch inside the input, by trying all of them.
std::set<int64_t> touched(const WindowAxis& a, uint32_t begin, uint32_t count, uint64_t* pairs = nullptr) {
  std::set<int64_t> all;
  for (int64_t o = begin; o < int64_t{begin} + count; ++o) {
    for (int64_t t = 0; t < a.taps; ++t) {
      const int64_t at = o * a.stride + t * a.dilation - a.pad;
      if (at < 0 || at >= a.in) continue;
      all.insert(at);
      if (pairs) ++*pairs;
    }
  }
  return all;
}

template <typename Visit>
void for_many_axes(Visit visit) {
  for (uint32_t in = 1; in <= 11; in += 2)
    for (uint32_t taps = 1; taps <= 3; ++taps)
      for (uint32_t stride = 1; stride <= 4; ++stride)
        for (uint32_t dilation = 1; dilation <= 2; ++dilation)
          for (uint32_t pad = 0; pad <= 4; ++pad) {
            const uint32_t reach = dilation * (taps - 1) + 1;
            if (in + 2 * pad < reach) continue;
            visit(WindowAxis{in, (in + 2 * pad - reach) / stride + 1, taps, stride, dilation, pad});
          }
}

}  // namespace

TEST_CASE("A block's window stores all it touches, where lanes and taps look for it", "[mapping]") {
  for_many_axes([](const WindowAxis& axis) {
    for (uint32_t block = 1; block <= axis.out; ++block) {
      for (uint32_t begin = 0; begin < axis.out; begin += block) {
        const uint32_t outputs = std::min(block, axis.out - begin);
        const Window w = window_of(axis, begin, outputs);
        std::set<int64_t> stored;
        for (uint32_t i = 0; i < w.count; ++i) stored.insert(w.first + int64_t{i} * w.step);
        for (int64_t at : touched(axis, begin, outputs)) REQUIRE(stored.count(at) == 1);
        bool clipped = false;
        for (int64_t o = 0; o < outputs; ++o) {
          for (int64_t t = 0; t < axis.taps; ++t) {
            const int64_t at = (begin + o) * axis.stride + t * axis.dilation - axis.pad;
            const int64_t index = w.origin + o * w.lane_step + t * w.tap_step;
            const bool inside = at >= 0 && at < axis.in;
            clipped |= !inside;
            REQUIRE((index >= 0 && index < w.count) == inside);
            if (inside) REQUIRE(w.first + index * w.step == at);
          }
        }
        REQUIRE(w.clipped == clipped);
      }
    }
  });
}

TEST_CASE("A single tap stores only what the stride lands on", "[mapping]") {
  const WindowAxis axis{56, 28, 1, 2, 1, 0};
  const Window w = window_of(axis, 4, 3);
  CHECK(w.count == 3);
  CHECK(w.first == 8);
  CHECK(w.step == 2);
  CHECK(touched_coordinates(axis) == 28);
}

TEST_CASE("Sums over blocks are the sums of the blocks", "[mapping]") {
  for_many_axes([](const WindowAxis& axis) {
    uint64_t pairs = 0;
    REQUIRE(touched_coordinates(axis) == touched(axis, 0, axis.out, &pairs).size());
    REQUIRE(pairs_in_bounds(axis) == pairs);
    for (uint32_t block = 1; block <= axis.out; ++block) {
      const WindowSums sums = sum_windows(axis, block);
      uint64_t count = 0, fresh = 0, largest = 0, blocks = 0;
      std::set<int64_t> before;
      for (uint32_t begin = 0; begin < axis.out; begin += block, ++blocks) {
        const Window w = window_of(axis, begin, std::min(block, axis.out - begin));
        std::set<int64_t> stored;
        for (uint32_t i = 0; i < w.count; ++i) stored.insert(w.first + int64_t{i} * w.step);
        count += w.count;
        largest = std::max<uint64_t>(largest, w.count);
        for (int64_t at : stored) fresh += before.count(at) == 0;
        before = stored;
      }
      REQUIRE(sums.blocks == blocks);
      REQUIRE(sums.sum_count == count);
      REQUIRE(sums.sum_fresh == fresh);
      REQUIRE(sums.max_count >= largest);
    }
  });
}
