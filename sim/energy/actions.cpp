#include "sim/energy/actions.h"

#include "models/number/format.h"

namespace systole {
namespace {

using M = MachineStats;
using P = const PriceList&;

/// The counter at the end of a row of members.
template <auto... kMembers>
const auto& of(const M& stats) {
  return (stats.*....*kMembers);
}

constexpr CountByTensor kLoaded = of<&M::load, &DmaStats::bus_bytes>;
constexpr CountByTensor kStored = of<&M::store, &DmaStats::bus_bytes>;

double array_multiply(P p) { return p.table.array[static_cast<int>(p.formats.wider_operand())].multiply; }
double array_add(P p) { return p.table.array[static_cast<int>(p.formats.accumulator)].add; }

/// A count for computing.
template <auto... kMembers>
PricedAction computing(Component component, double (*price)(P)) {
  return {component, kComputePurpose, {of<kMembers...>}, {}, price};
}

/// What lanes do on numbers of a kind.
template <auto kOfNumber, LaneNumber kNumber>
void add_vector(std::vector<PricedAction>& actions) {
  using C = LaneCounts;
  constexpr size_t kRow = static_cast<size_t>(kNumber);
  constexpr Component kUnit = Component::vector;
  actions.push_back(computing<&M::vector, kOfNumber, &C::multiplies>(
      kUnit, [](P p) { return p.table.vector[kRow].multiply; }));
  actions.push_back(
      computing<&M::vector, kOfNumber, &C::adds>(kUnit, [](P p) { return p.table.vector[kRow].add; }));
  actions.push_back(
      computing<&M::vector, kOfNumber, &C::shifts>(kUnit, [](P p) { return p.table.vector[kRow].shift; }));
  actions.push_back(
      computing<&M::vector, kOfNumber, &C::special>(kUnit, [](P p) { return p.table.vector[kRow].special; }));
  actions.push_back(
      computing<&M::vector, kOfNumber, &C::other>(kUnit, [](P p) { return p.table.vector[kRow].other; }));
}

/// A count of the memory's channels, shared out as these bytes are or else of time.
template <auto kMember>
PricedAction of_dram(Component component, double (*price)(P), std::vector<CountByTensor> shared_by = {}) {
  return {component, kStaticPurpose, {of<&M::dram, &DramStats::total, kMember>},
          {},        price,          std::move(shared_by)};
}

template <size_t kBuffer>
const TensorCounts& reads(const M& stats) {
  return stats.buffers[kBuffer].reads_by_tensor;
}
template <size_t kBuffer>
const TensorCounts& writes(const M& stats) {
  return stats.buffers[kBuffer].writes_by_tensor;
}
template <size_t kBuffer>
PricedAction of_buffer(Component component) {
  return {component, 0, {}, {reads<kBuffer>, writes<kBuffer>}, [](P p) { return p.sram_64b[kBuffer]; }};
}

template <auto kMember>
const TensorCounts& operand_bits(const M& stats) {
  return stats.array.*kMember;
}

std::vector<PricedAction> dram_actions(const DramPrices& dram) {
  using C = ChannelStats;
  if (!dram.by_currents) {
    return {{Component::dram, 0, {}, {kLoaded, kStored}, [](P p) {
               return p.dram.by_bits ? 8 * p.dram.bit : p.table.dram_64b / 8;
             }}};
  }
  return {
      of_dram<&C::activates>(Component::dram_activate, [](P p) { return p.dram.activate; },
                             {kLoaded, kStored}),
      of_dram<&C::reads>(Component::dram_read, [](P p) { return p.dram.read; }, {kLoaded}),
      of_dram<&C::writes>(Component::dram_write, [](P p) { return p.dram.write; }, {kStored}),
      of_dram<&C::refreshes>(Component::dram_refresh, [](P p) { return p.dram.refresh; }),
      of_dram<&C::active_rank_cycles>(Component::dram_background, [](P p) { return p.dram.active_cycle; }),
      of_dram<&C::idle_rank_cycles>(Component::dram_background, [](P p) { return p.dram.idle_cycle; })};
}

}  // namespace

std::vector<PricedAction> priced_actions(const DramPrices& dram) {
  using A = ArrayStats;
  using I = IndexStats;
  constexpr int kPsum = static_cast<int>(Tensor::psum);
  std::vector<PricedAction> actions = {
      computing<&M::array, &A::multiplies>(Component::array, array_multiply),
      computing<&M::array, &A::adds>(Component::array, array_add),
      computing<&M::array, &A::zero_point_adds>(Component::array, array_add),
      computing<&M::array, &A::index, &I::divmods>(Component::index,
                                                   [](P p) { return p.table.index.divmod; }),
      computing<&M::array, &A::index, &I::multiplies>(Component::index,
                                                      [](P p) { return p.table.index.multiply; }),
      computing<&M::array, &A::index, &I::adds>(Component::index, [](P p) { return p.table.index.add; }),
      {Component::accumulators,
       kPsum,
       {of<&M::array, &A::accumulator_accesses>},
       {},
       [](P p) { return p.table.accumulator_access; }},
      {Component::registers,
       0,
       {},
       {operand_bits<&A::operand_reads>, operand_bits<&A::operand_writes>},
       [](P p) { return p.table.registers.operand / 64; }},
      {Component::registers,
       kPsum,
       {of<&M::array, &A::sum_reads>, of<&M::array, &A::sum_writes>},
       {},
       [](P p) { return p.table.registers.accumulator / 2; }},
      {Component::hops, 0, {}, {operand_bits<&A::operand_hops>}, [](P p) { return p.table.hop / 64; }},
      {Component::hops, kPsum, {of<&M::array, &A::sum_hops>}, {}, [](P p) { return p.table.hop / 2; }},
      of_buffer<0>(Component::sram_input),
      of_buffer<1>(Component::sram_weight),
      of_buffer<2>(Component::sram_output),
      {Component::leakage, kStaticPurpose, {of<&M::cycles>}, {}, [](P p) { return p.table.static_cycle; }},
  };
  add_vector<&VectorStats::fp32, LaneNumber::fp32>(actions);
  add_vector<&VectorStats::int32, LaneNumber::int32>(actions);
  for (PricedAction& action : dram_actions(dram)) actions.push_back(std::move(action));
  return actions;
}

}  // namespace systole
