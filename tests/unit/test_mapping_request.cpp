// What a user fixes of a tile is kept as it is, or refused with the nearest legal sizes.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <optional>
#include <set>

#include "lowering_case.h"
#include "sim/lowering/tiled.h"
#include "sim/mapping/candidates.h"

using namespace systole;
using namespace systole::test;

namespace {

TileContext context_of(const Layer& layer, Residency residency = Residency::dram) {
  return {make_problem(layer), AcceleratorParams{}, Dataflow::output_stationary, std::nullopt, residency};
}

std::string refusal(const TileContext& context, const MappingRequest& request) {
  try {
    candidates_of(context, request);
  } catch (const MappingError& error) {
    return error.what();
  }
  return "";
}

/// Every size that a box of the layer can have, by the three kinds of boxes.
std::set<uint64_t> boxes(const Problem& p) {
  std::set<uint64_t> sizes;
  for (uint64_t cols = 1; cols <= p.Q; ++cols) sizes.insert(cols);
  for (uint64_t rows = 1; rows <= p.P; ++rows) sizes.insert(rows * p.Q);
  for (uint64_t images = 1; images <= p.N; ++images) sizes.insert(images * p.P * p.Q);
  return sizes;
}

std::set<uint64_t> multiples(uint64_t unit, uint64_t most) {
  std::set<uint64_t> sizes;
  for (uint64_t size = unit; size <= most; size += unit) sizes.insert(size);
  return sizes;
}

/// "legal: 2 or 4 (": the neighbours of `asked` in `sizes`.
std::string nearest(const std::set<uint64_t>& sizes, uint64_t asked) {
  const auto above = sizes.upper_bound(asked);
  std::string text = "legal: ";
  if (above != sizes.begin()) text += fmt::format("{}", *std::prev(above));
  if (above != sizes.begin() && above != sizes.end()) text += " or ";
  if (above != sizes.end()) text += fmt::format("{}", *above);
  return text + " (";
}

Layer images(uint32_t n, uint32_t h, uint32_t w, uint32_t filter) {
  ConvShape s;
  s.N = n, s.H = h, s.W = w, s.R = s.S = filter, s.C = 5, s.M = 7;
  return conv_layer(s);
}

}  // namespace

TEST_CASE("A tile size is kept or refused with its legal neighbours, every size of it", "[mapping]") {
  for (const Layer& layer :
       {images(3, 6, 7, 3), images(1, 4, 4, 1), images(4, 3, 5, 3), gemm_layer({2, 9, 7, 11, false, false}),
        gemm_layer({1, 1, 1, 1, false, false})}) {
    const TileContext context = context_of(layer);
    const Problem& p = context.problem;
    const auto check = [&](auto member, const std::set<uint64_t>& legal, auto kept) {
      for (uint32_t size = 0; size <= *legal.rbegin() + 3; ++size) {
        MappingRequest request;
        request.*member = size;
        INFO(size << " of " << *legal.rbegin());
        if (legal.count(size) == 0) {
          CHECK_THAT(refusal(context, request), Catch::Contains(nearest(legal, size)));
          continue;
        }
        REQUIRE(refusal(context, request) == "");
        CHECK(kept(candidates_of(context, request)) == size);
      }
    };
    check(&MappingRequest::tile_m, boxes(p), [](const Candidates& c) {
      return c.boxes.size() == 1 ? uint64_t{c.boxes[0].images} * c.boxes[0].rows * c.boxes[0].cols : 0;
    });
    check(&MappingRequest::tile_n, multiples(1, p.M),
          [](const Candidates& c) { return c.filters.size() == 1 ? uint64_t{c.filters[0]} : 0; });
    check(&MappingRequest::tile_k, multiples(uint64_t{p.R} * p.S, p.gemm_k()), [&](const Candidates& c) {
      return c.channels.size() == 1 ? uint64_t{c.channels[0]} * p.R * p.S : 0;
    });
  }
}

TEST_CASE("Sizes beyond the layer are refused, on chip too", "[mapping]") {
  ConvShape s;
  s.C = s.M = 64, s.H = s.W = 7, s.R = s.S = 3, s.pad = {1, 1, 1, 1};
  for (const Residency residency : {Residency::dram, Residency::sram}) {
    const TileContext context = context_of(conv_layer(s), residency);
    CHECK_THAT(refusal(context, {490, {}, {}, {}}),
               Catch::Contains("tile m of 490 cannot be kept, legal: 49 ("));
    CHECK_THAT(refusal(context, {{}, 65, {}, {}}),
               Catch::Contains("tile n of 65 cannot be kept, legal: 64 ("));
    CHECK_THAT(refusal(context, {{}, {}, 577, {}}),
               Catch::Contains("tile k of 577 cannot be kept, legal: 576 ("));
  }
}

TEST_CASE("A halo that is asked for is copied, or there is no mapping", "[mapping]") {
  ConvShape s;
  s.C = 16, s.M = 8, s.H = 34, s.W = 34, s.R = s.S = 3;  // a row of 34 pixels: 34 * 64 bytes and more
  Layer layer = conv_layer(s);
  layer.mapping.tile_m = 4 * 32, layer.mapping.tile_k = 9 * 16;
  AcceleratorParams arch;
  for (BufferParams& buffer : arch.buffers) buffer.slots = 1;
  const auto read = [&] {
    const Mapping m = find_algorithm("direct")->lower({layer, arch, Dataflow::output_stationary}).mapping;
    return m.read_bytes[static_cast<int>(Tensor::input)];
  };
  const uint64_t once = uint64_t{34} * 34 * 16 * 4, again = uint64_t{8} * 6 * 34 * 16 * 4;
  arch.buffers[0].size = 64 << 10;  // two places of 6 rows, 6 * 34 * 9 words each
  CHECK(read() == once);
  layer.halo = Halo::keep;
  CHECK(read() == once);
  layer.halo = Halo::refetch;
  CHECK(read() == again);
  arch.buffers[0].size = 16 << 10;  // one place
  CHECK(read() == again);
  layer.halo.reset();
  CHECK(read() == again);
  layer.halo = Halo::keep;
  CHECK_THROWS_WITH(read(), Catch::Contains("halo keep: no legal tile"));
}
