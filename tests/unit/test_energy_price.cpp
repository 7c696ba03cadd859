#include <catch2/catch.hpp>

#include "sim/energy/price.h"

namespace systole {
namespace {

constexpr std::array<uint64_t, kBufferCount> kBuffers = {8 << 10, 32 << 10, 1 << 20};

/// Prices that tell every action apart.
EnergyTable distinct_prices() {
  EnergyTable table;
  const auto set = [&](Format format, ArrayPrices prices) { table.array[static_cast<int>(format)] = prices; };
  set(Format::fp32, {3, 5}), set(Format::fp16, {103, 107}), set(Format::fp8_e5m2, {109, 113});
  set(Format::int8, {7, 11}), set(Format::int16, {83, 89}), set(Format::int32, {97, 101});
  table.vector = {{{13, 17, 19, 127, 23}, {29, 31, 37, 0, 41}}};
  table.index = {43, 47, 53};
  table.accumulator_access = 59;
  table.registers = {127, 131};
  table.hop = 137;
  table.sram = {{8 << 10, 61}, {32 << 10, 67}, {1 << 20, 71}};
  table.dram_64b = 80;
  table.static_cycle = 73;
  return table;
}

double component(const EnergyBreakdown& energy, Component c) {
  return energy.by_component()[static_cast<int>(c)];
}
double purpose(const EnergyBreakdown& energy, Tensor t) { return energy.by_purpose()[static_cast<int>(t)]; }

/// What the vector unit does costs what its lanes hold, whatever the layer's formats.
constexpr double kVector =
    (1 * 13 + 2 * 17 + 3 * 19 + 5 * 127 + 4 * 23) + (6 * 29 + 7 * 31 + 8 * 37 + 9 * 41);

MachineStats some_counts() {
  MachineStats stats;
  stats.cycles = 2;
  stats.array.multiplies = 10, stats.array.adds = 20;
  stats.array.index.divmods = 1, stats.array.index.multiplies = 2, stats.array.index.adds = 3;
  stats.array.accumulator_accesses = 4;
  stats.array.operand_reads[static_cast<int>(Tensor::input)] = 64;
  stats.array.operand_writes[static_cast<int>(Tensor::weight)] = 128;
  stats.array.operand_hops[static_cast<int>(Tensor::weight)] = 192;
  stats.array.sum_reads = 2, stats.array.sum_writes = 6, stats.array.sum_hops = 10;
  stats.vector.fp32 = {1, 2, 3, 5, 4};
  stats.vector.int32 = {6, 7, 8, 0, 9};
  stats.buffers[0].reads_by_tensor[static_cast<int>(Tensor::input)] = 6;
  stats.buffers[1].writes_by_tensor[static_cast<int>(Tensor::bias)] = 7;
  stats.buffers[2].reads_by_tensor[static_cast<int>(Tensor::psum)] = 8;
  stats.buffers[2].writes_by_tensor[static_cast<int>(Tensor::output)] = 9;
  stats.load.bus_bytes[static_cast<int>(Tensor::weight)] = 12;
  stats.store.bus_bytes[static_cast<int>(Tensor::output)] = 64;
  return stats;
}

}  // namespace

TEST_CASE("every counted action is paid for by its component, at its own price", "[energy]") {
  const EnergyBreakdown energy = price(some_counts(), distinct_prices(), ProductFormats{}, kBuffers);
  CHECK(component(energy, Component::array) == 10 * 3 + 20 * 5);
  CHECK(component(energy, Component::vector) == kVector);
  CHECK(component(energy, Component::index) == 1 * 43 + 2 * 47 + 3 * 53);
  CHECK(component(energy, Component::accumulators) == 4 * 59);
  CHECK(component(energy, Component::registers) == 3 * 127 + 4 * 131);
  CHECK(component(energy, Component::hops) == 3 * 137 + 5 * 137);
  CHECK(component(energy, Component::sram_input) == 6 * 61);
  CHECK(component(energy, Component::sram_weight) == 7 * 67);
  CHECK(component(energy, Component::sram_output) == (8 + 9) * 71);
  CHECK(component(energy, Component::dram) == 1.5 * 80 + 8 * 80);
  CHECK(component(energy, Component::leakage) == 2 * 73);
}

TEST_CASE("the same energy by tensor: moved data to their tensor, arithmetic to compute", "[energy]") {
  const EnergyBreakdown energy = price(some_counts(), distinct_prices(), ProductFormats{}, kBuffers);
  CHECK(purpose(energy, Tensor::input) == 6 * 61 + 127);
  CHECK(purpose(energy, Tensor::weight) == 1.5 * 80 + 2 * 127 + 3 * 137);
  CHECK(purpose(energy, Tensor::bias) == 7 * 67);
  CHECK(purpose(energy, Tensor::psum) == 8 * 71 + 4 * 59 + 4 * 131 + 5 * 137);
  CHECK(purpose(energy, Tensor::output) == 9 * 71 + 8 * 80);
  CHECK(energy.by_purpose()[kComputePurpose] == 130 + kVector + 296);
  CHECK(energy.by_purpose()[kStaticPurpose] == 146);
}

TEST_CASE("a product costs its operands' price, its sum the accumulator's", "[energy]") {
  const EnergyBreakdown energy = price(some_counts(), distinct_prices(),
                                       ProductFormats{Format::int8, Format::int8, Format::int32}, kBuffers);
  CHECK(component(energy, Component::array) == 10 * 7 + 20 * 101);
}

TEST_CASE("wider operands inside an int8 layer pay their own price for the product", "[energy]") {
  const EnergyBreakdown narrow =
      price(some_counts(), distinct_prices(), {Format::int16, Format::int16, Format::int32}, kBuffers);
  CHECK(component(narrow, Component::array) == 10 * 83 + 20 * 101);
  const EnergyBreakdown wide =
      price(some_counts(), distinct_prices(), {Format::int32, Format::int32, Format::int32}, kBuffers);
  CHECK(component(wide, Component::array) == 10 * 97 + 20 * 101);
}

TEST_CASE("formats may be mixed: the wider operand is priced, a sum and the lanes go by the accumulator",
          "[energy]") {
  const auto array = [](const ProductFormats& formats) {
    return component(price(some_counts(), distinct_prices(), formats, kBuffers), Component::array);
  };
  CHECK(array({Format::fp16, Format::fp16, Format::fp32}) == 10 * 103 + 20 * 5);
  CHECK(array({Format::fp16, Format::fp16, Format::fp16}) == 10 * 103 + 20 * 107);
  CHECK(array({Format::fp16, Format::fp8_e5m2, Format::fp32}) == 10 * 103 + 20 * 5);
  CHECK(array({Format::fp8_e5m2, Format::fp16, Format::fp32}) == 10 * 103 + 20 * 5);
  // Of two as wide the first of the list, whichever side it is on.
  CHECK(array({Format::bf16, Format::fp16, Format::fp32}) ==
        array({Format::fp16, Format::bf16, Format::fp32}));
}

TEST_CASE("an SRAM costs what the next larger priced one costs", "[energy]") {
  const EnergyTable table = distinct_prices();
  CHECK(*table.sram_64b(1) == 61);
  CHECK(*table.sram_64b(8 << 10) == 61);
  CHECK(*table.sram_64b((8 << 10) + 1) == 67);
  CHECK(*table.sram_64b(1 << 20) == 71);
  CHECK(table.sram_64b((1 << 20) + 1) == nullptr);
}

TEST_CASE("both views sum to the total", "[energy]") {
  const EnergyBreakdown energy = price(some_counts(), distinct_prices(), ProductFormats{}, kBuffers);
  double components = 0, purposes = 0;
  for (double part : energy.by_component()) components += part;
  for (double part : energy.by_purpose()) purposes += part;
  CHECK(components == energy.total());
  CHECK(purposes == energy.total());
  CHECK(energy.total() ==
        130 + kVector + 296 + 236 + (381 + 524) + (411 + 685) + 366 + 469 + 1207 + 760 + 146);
}

}  // namespace systole
