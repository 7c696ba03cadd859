#include "sim/reference/packed_order.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace systole {
namespace {

constexpr uint32_t kMaxStep = 64;

void validate(const Problem& problem, const AccumulationOrder& order) {
  if (order.mma_k < 1 || order.mma_k > kMaxStep || order.k_index.size() % order.mma_k != 0) {
    throw std::logic_error("accumulation order: steps of an illegal size");
  }
  std::vector<bool> seen(problem.gemm_k());
  uint64_t count = 0;
  for (int32_t k : order.k_index) {
    if (k == -1) continue;
    if (k < 0 || static_cast<uint64_t>(k) >= seen.size() || seen[k]) {
      throw std::logic_error("accumulation order: a k out of range or used twice");
    }
    seen[k] = true;
    ++count;
  }
  if (count != seen.size()) throw std::logic_error("accumulation order: a k is missing");
  const std::vector<uint32_t>& ends = order.segment_end;
  if (ends.empty() || ends.back() != order.steps() || !std::is_sorted(ends.begin(), ends.end())) {
    throw std::logic_error("accumulation order: segments do not cover the steps");
  }
}

PackedProduct locate(const Problem& p, int32_t k) {
  const uint32_t c = static_cast<uint32_t>(k) % p.C, tap = static_cast<uint32_t>(k) / p.C;
  const uint32_t r = tap / p.S, s = tap % p.S;
  PackedProduct product;
  product.fill = false;
  product.dy = static_cast<int32_t>(r * p.dilation_h);
  product.dx = static_cast<int32_t>(s * p.dilation_w);
  product.input_offset =
      static_cast<int64_t>(product.dy * p.input.row + product.dx * p.input.pixel + c * p.input.channel);
  product.weight_offset = r * p.weight.r + s * p.weight.s + c * p.weight.channel;
  return product;
}

bool follows(const PackedProduct& product, const PackedProduct& before) {
  return !product.fill && product.input_offset == before.input_offset + 1 &&
         product.weight_offset == before.weight_offset + 1;
}

bool is_in_a_row(const PackedProduct* products, uint32_t count) {
  bool in_a_row = !products->fill;
  for (uint32_t k = 1; k < count; ++k) in_a_row = in_a_row && follows(products[k], products[k - 1]);
  return in_a_row;
}

bool goes_one_by_one(SumRule rule) { return rule == SumRule::sequential || rule == SumRule::fused; }

/// The same order with steps of one product.
AccumulationOrder one_by_one(const AccumulationOrder& order) {
  AccumulationOrder single = order;
  single.mma_k = 1;
  for (uint32_t& end : single.segment_end) end *= order.mma_k;
  return single;
}

}  // namespace

PackedOrder pack_order(const Problem& problem, const AccumulationOrder& given) {
  validate(problem, given);
  const AccumulationOrder order = goes_one_by_one(given.summation.rule) ? one_by_one(given) : given;
  PackedOrder packed;
  while (packed.step < order.mma_k) packed.step *= 2;
  packed.chunk = std::max(packed.chunk, packed.step);
  uint64_t step = 0;
  for (uint32_t end : order.segment_end) {
    for (; step < end; ++step) {
      const auto first = order.k_index.begin() + static_cast<int64_t>(step * order.mma_k),
                 last = first + order.mma_k;
      if (std::all_of(first, last, [](int32_t k) { return k == -1; })) continue;
      for (auto k = first; k != last; ++k) {
        packed.products.push_back(*k == -1 ? PackedProduct{} : locate(problem, *k));
      }
      packed.products.resize(packed.products.size() + packed.step - order.mma_k);
    }
    const size_t whole = (packed.products.size() + packed.chunk - 1) / packed.chunk;
    packed.last_products.push_back(
        static_cast<uint32_t>(packed.chunk - (whole * packed.chunk - packed.products.size())));
    packed.products.resize(whole * packed.chunk);
    packed.segment_end.push_back(static_cast<uint32_t>(whole));
  }
  for (uint32_t chunk = 0; chunk < packed.chunks(); ++chunk)
    packed.in_a_row.push_back(is_in_a_row(packed.products.data() + chunk * packed.chunk, packed.chunk));
  return packed;
}

AccumulationOrder natural_order(const Problem& problem) {
  AccumulationOrder order;
  order.k_index.resize(problem.gemm_k());
  std::iota(order.k_index.begin(), order.k_index.end(), 0);
  order.segment_end = {static_cast<uint32_t>(order.steps())};
  return order;
}

}  // namespace systole
