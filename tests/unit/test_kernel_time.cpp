#include <catch2/catch.hpp>
#include <cstdint>

#include "models/kernel/time.h"

namespace systole {
namespace {

/// The definition, in numbers that nothing overflows.
uint64_t plain_edge(uint64_t khz, Cycle n) {
  return static_cast<uint64_t>(static_cast<Wide>(n) * 1'000'000'000'000 / khz);
}

}  // namespace

TEST_CASE("edges of a clock lie where the definition says, from the first to those of hours") {
  const uint64_t khz =
      GENERATE(1, 3, 7'001, 666'667, 933'333, 1'000'000, 1'066'667, 1'600'000, 1'750'000, 4'266'667);
  const Period period(khz);
  const uint64_t last_fs = uint64_t{1} << 63;  // two and a half hours
  uint64_t state = khz;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    const auto last = static_cast<Cycle>(static_cast<Wide>(last_fs) * khz / 1'000'000'000'000);
    const Cycle n = (state >> 1) % ((last >> i % 60) + 1);
    const uint64_t edge = plain_edge(khz, n);
    REQUIRE(period.edge_fs(n) == edge);
    REQUIRE(period.first_edge_after_fs(edge) == n + 1);
    if (edge > 0) REQUIRE(period.first_edge_after_fs(edge - 1) == n);
  }
}

}  // namespace systole
