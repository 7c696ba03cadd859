// The kernels of whole MatMuls against a plain loop.
#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <vector>

#include "models/number/format.h"
#include "models/number/sum/arithmetic.h"

using namespace systole;

namespace {

/// What a block kernel is to do, one element of the result after the other.
template <class T>
void add_plainly(const BlockArgs& a) {
  const auto number = [](const Lane& lane) {
    T value;
    std::memcpy(&value, &lane, sizeof value);
    return value;
  };
  std::vector<T> products(a.depth);
  for (uint64_t row = 0; row < a.rows; ++row) {
    for (uint64_t lane = 0; lane < uint64_t{a.panels} * kBlockLanes; ++lane) {
      const Lane* x = a.x + row * a.x_row_stride;
      const Lane* y = a.y + lane / kBlockLanes * a.y_panel_stride + lane % kBlockLanes;
      Lane& result = a.dst[row * a.dst_stride + lane];
      T total = number(result), sum{};
      for (uint64_t group = 0; group < a.groups; ++group) {
        uint64_t in_sum = 0;
        for (uint64_t step = 1; step <= a.group_steps; ++step, x += a.depth, y += a.depth * kBlockLanes) {
          for (uint32_t z = 0; z < a.depth; ++z) products[z] = number(x[z]) * number(y[z * kBlockLanes]);
          for (uint32_t n = a.depth; n > 1; n = n / 2 + n % 2) {  // neighbours first, an odd last one is kept
            for (uint32_t i = 0; i < n / 2; ++i) products[i] = products[2 * i] + products[2 * i + 1];
            if (n % 2 != 0) products[n / 2] = products[n - 1];
          }
          if (a.running) {
            total = total + products[0];
            continue;
          }
          sum = in_sum == 0 ? products[0] : sum + products[0];
          if (++in_sum != a.sum_steps && step != a.group_steps) continue;
          total = total + sum;
          in_sum = 0;
        }
      }
      std::memcpy(&result, &total, sizeof total);
    }
  }
}

/// Every kernel that the host can run against the plain loop; what lies between rows and panels is not
/// theirs.
void check_kernels(Format format, BlockArgs args) {
  std::mt19937 random(args.depth);
  const auto numbers = [&](std::size_t count) {
    std::vector<Lane> lanes(count);
    for (Lane& lane : lanes) {
      const auto value = static_cast<float>(static_cast<int32_t>(random() % 2001) - 1000) / 37.0F;
      lane = static_cast<Lane>(random());
      if (format == Format::fp32) std::memcpy(&lane, &value, sizeof lane);
    }
    return lanes;
  };
  const std::size_t elements = args.groups * args.group_steps * args.depth;
  args.x_row_stride = elements + 3;
  args.y_panel_stride = elements * kBlockLanes + 5;
  args.dst_stride = std::size_t{args.panels} * kBlockLanes + 7;
  const std::vector<Lane> x = numbers(args.rows * args.x_row_stride);
  const std::vector<Lane> y = numbers(args.panels * args.y_panel_stride);
  const std::vector<Lane> before = numbers(args.rows * args.dst_stride);
  args.x = x.data();
  args.y = y.data();
  std::vector<Lane> expected = before;
  args.dst = expected.data();
  format == Format::fp32 ? add_plainly<float>(args) : add_plainly<uint32_t>(args);
  for (HostVectors width : {HostVectors::plain, HostVectors::avx2, HostVectors::avx512}) {
    if (width > host_vectors()) break;
    std::vector<Lane> got = before;
    args.dst = got.data();
    arithmetic_of(SumRule::pairwise, {format, format, wide_format(traits_of(format).lane)})
        .block(args.depth, width)(args);
    INFO("width " << static_cast<int>(width));
    CHECK(got == expected);
  }
}

}  // namespace

TEST_CASE("kernels of each width of registers add as a plain loop does", "[functional]") {
  struct Sums {
    uint64_t groups, group_steps, sum_steps;
  };
  // The last sum of a group is short, or there is one alone.
  constexpr Sums kSums[] = {{1, 7, 3}, {2, 7, 3}, {3, 7, 4}, {2, 7, 9}};
  for (Format format : {Format::fp32, Format::int8, Format::int16, Format::int32}) {
    for (uint32_t depth : {1U, 2U, 3U, 4U, 8U, 16U}) {
      for (uint64_t rows : {1U, 4U, 7U}) {
        for (uint32_t panels : {1U, 4U, 5U}) {
          for (const Sums& s : kSums) {
            for (bool running : {false, true}) {
              INFO(traits_of(format).name << ", depth " << depth << ", " << rows << " rows, " << panels
                                          << " panels, " << s.groups << " groups, sums of " << s.sum_steps);
              check_kernels(format, {rows, s.groups, s.group_steps, s.sum_steps, running, depth, panels});
            }
          }
        }
      }
    }
  }
}
