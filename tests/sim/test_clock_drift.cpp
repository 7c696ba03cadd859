// Clocks of odd ratios over more than 10^9 cycles: every edge and every crossing is where exact arithmetic
// puts it.
#include <tlm_utils/simple_initiator_socket.h>

#include <catch2/catch.hpp>
#include <random>

#include "models/memory/dram/dram_socket.h"
#include "sim/config/config.h"

namespace systole::test {
namespace {

constexpr uint64_t kFsPerKhzPeriod = 1'000'000'000'000;

struct Clocks {
  uint64_t core_khz, dram_khz;
};
const std::vector<Clocks> kClocks = {{1'000'000, 1'600'000}, {700'000, 1'066'667}, {333'333, 1'200'001},
                                     {2'718'281, 314'159},   {999'983, 999'979},   {1'000'000, 1'000}};

/// floor(cycle · 10^12 / khz), by long division in words of 32 bits: another way than the model's.
uint64_t exact_edge(uint64_t cycle, uint64_t khz) {
  const uint64_t whole = kFsPerKhzPeriod / khz, rest = kFsPerKhzPeriod % khz;
  uint64_t edge = cycle * whole, carried = 0;
  for (int bit = 63; bit >= 0; --bit) {  // edge += floor(cycle · rest / khz), a bit of the cycle at a time
    carried = 2 * carried + ((cycle >> bit & 1) != 0 ? rest : 0);
    edge += carried / khz << bit;
    carried %= khz;
  }
  return edge;
}

/// The first edge strictly after the other clock's edge, searched for from an estimate.
uint64_t exact_first_after(uint64_t cycle, uint64_t khz, uint64_t other_khz) {
  const uint64_t time = exact_edge(cycle, khz);
  auto first = static_cast<uint64_t>(static_cast<long double>(time) * other_khz / kFsPerKhzPeriod);
  while (first > 0 && exact_edge(first - 1, other_khz) > time) --first;
  while (exact_edge(first, other_khz) <= time) ++first;
  return first;
}

/// Steps in the cycles it is given and calls the other side in each; that one notes when it acts on a call.
class Player : public sc_core::sc_module {
 public:
  Player(sc_core::sc_module_name name, ClockDomain& clock) : sc_module(name), clock_(clock) {
    self_ = clock.add(*this, 0);
  }
  void start(const std::vector<Cycle>& at, Player& other) {
    at_ = &at;
    other_ = &other;
    self_.wake_at(at.front());
  }
  void called(const sc_core::sc_time& delay) { self_.wake_at(clock_.first_cycle_after(delay)); }

  Cycle step(Cycle now) {
    clock_.progress();
    seen.push_back(now);
    if (other_ == nullptr) return kNever;
    other_->called(clock_.local_delay());
    clock_.outside_called();
    return seen.size() < at_->size() ? (*at_)[seen.size()] : kNever;
  }
  std::vector<Cycle> seen;

 private:
  ClockDomain& clock_;
  Waker self_;
  const std::vector<Cycle>* at_ = nullptr;
  Player* other_ = nullptr;
};

/// Sends a read at each of the cycles and notes when it is answered.
class Prober : public sc_core::sc_module, private tlm::tlm_mm_interface {
 public:
  Prober(sc_core::sc_module_name name, ClockDomain& clock, std::vector<Cycle> at)
      : sc_module(name), socket("socket"), clock_(clock), at_(std::move(at)) {
    socket.register_nb_transport_bw(this, &Prober::backward);
    self_ = clock.add(*this, 0);
    payload_.set_mm(this);
  }
  tlm_utils::simple_initiator_socket<Prober> socket;

  void start() { self_.wake_at(at_.front()); }
  Cycle step(Cycle now) {
    clock_.progress();
    if (answer_from_ <= now) {
      answered.push_back(now - at_[answered.size()]);
      answer_from_ = kNever;
      call(tlm::END_RESP);
      payload_.release();
      return answered.size() < at_.size() ? at_[answered.size()] : kNever;
    }
    payload_.set_command(tlm::TLM_READ_COMMAND);
    payload_.set_address(0);
    payload_.set_data_ptr(bytes_.data());
    payload_.set_data_length(static_cast<unsigned>(bytes_.size()));
    payload_.set_streaming_width(static_cast<unsigned>(bytes_.size()));
    payload_.acquire();
    call(tlm::BEGIN_REQ);
    return kNever;
  }
  std::vector<Cycle> answered;

 private:
  void call(tlm::tlm_phase phase) {
    sc_core::sc_time delay = clock_.local_delay();
    socket->nb_transport_fw(payload_, phase, delay);
    clock_.outside_called();
  }
  tlm::tlm_sync_enum backward(tlm::tlm_generic_payload&, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    if (phase == tlm::BEGIN_RESP) {
      answer_from_ = clock_.first_cycle_after(delay);
      self_.wake_at(answer_from_);
    }
    return tlm::TLM_ACCEPTED;
  }
  void free(tlm::tlm_generic_payload*) override {}

  ClockDomain& clock_;
  std::vector<Cycle> at_;
  Waker self_;
  tlm::tlm_generic_payload payload_;
  std::array<uint8_t, 64> bytes_{};
  Cycle answer_from_ = kNever;
};

}  // namespace

TEST_CASE("edges and their inverse are exact over ten billion cycles of any clock") {
  std::mt19937_64 random(3);
  for (const Clocks& clocks : kClocks) {
    for (const uint64_t khz : {clocks.core_khz, clocks.dram_khz}) {
      const Period period(khz);
      for (int i = 0; i < 2000; ++i) {
        const Cycle cycle = random() % 10'000'000'000;
        const uint64_t edge = exact_edge(cycle, khz);
        REQUIRE(period.edge_fs(cycle) == edge);
        REQUIRE(period.first_edge_after_fs(edge) == cycle + 1);
        if (edge != 0) REQUIRE(period.first_edge_after_fs(edge - 1) == cycle);
      }
    }
  }
}

TEST_CASE("calls between two clock domains arrive in the exact cycle, a billion cycles on as at the start") {
  constexpr Cycle kEnd = 1'200'000'000;
  struct Pair {
    Pair(int i, const Clocks& c)
        : clocks(c),
          core_clock(("core_clock" + std::to_string(i)).c_str(), c.core_khz),
          dram_clock(("dram_clock" + std::to_string(i)).c_str(), c.dram_khz),
          core(("core" + std::to_string(i)).c_str(), core_clock),
          dram(("dram" + std::to_string(i)).c_str(), dram_clock) {}
    Clocks clocks;
    ClockDomain core_clock, dram_clock;
    Player core, dram;
  };
  std::vector<std::unique_ptr<Pair>> pairs;
  for (const Clocks& clocks : kClocks) pairs.push_back(std::make_unique<Pair>(pairs.size(), clocks));
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  for (const auto& pair : pairs) {
    pair->core_clock.reset();
    pair->dram_clock.reset();
  }
  std::mt19937_64 random(5);
  std::vector<Cycle> at;  // ascending, some next to each other, to beyond 10^9
  for (Cycle cycle = 1; cycle < kEnd; cycle += 1 + random() % (random() % 2 == 0 ? 3 : 4'000'000))
    at.push_back(cycle);
  for (const auto& pair : pairs) pair->core.start(at, pair->dram);
  sc_core::sc_start();
  for (const auto& pair : pairs) {
    INFO(pair->clocks.core_khz << " kHz and " << pair->clocks.dram_khz << " kHz");
    CHECK(pair->core_clock.error() == nullptr);
    CHECK(pair->core.seen == at);
    std::vector<Cycle> expected;
    for (const Cycle cycle : at) {
      const Cycle next = exact_first_after(cycle, pair->clocks.core_khz, pair->clocks.dram_khz);
      if (expected.empty() || expected.back() != next) expected.push_back(next);
    }
    CHECK(pair->dram.seen == expected);
  }
}

TEST_CASE("a read takes as long after a billion cycles of either clock as at the start") {
  DramParams params =
      load_dram("ddr4_2400", {{"controller.refresh", "none"}, {"controller.page_policy", "closed"}});
  // 700 MHz and 1200.001 MHz meet again every 700,000 and 1,200,001 cycles.
  params.clock_khz = 1'200'001;
  constexpr Cycle kCommon = 700'000;
  ClockDomain core_clock("core_clock", 700'000), dram_clock("dram_clock", params.clock_khz);
  std::vector<Cycle> at;
  for (const Cycle round : {1, 2, 700, 1430, 2900}) {
    for (Cycle phase = 0; phase < 60'000; phase += 997) at.push_back(round * kCommon + phase);
  }
  Prober prober("prober", core_clock, at);
  std::vector<uint8_t> bytes(4096);
  Dram dram(params, dram_clock);
  DramSocket socket("dram", dram, bytes);
  prober.socket.bind(socket.socket);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  core_clock.reset();
  dram_clock.reset();
  dram.reset(4096);
  prober.start();
  sc_core::sc_start();
  REQUIRE(prober.answered.size() == at.size());
  const size_t round = at.size() / 5;
  bool differ_by_phase = false;
  for (size_t i = 0; i < at.size(); ++i) {
    CHECK(prober.answered[i] == prober.answered[i % round]);
    differ_by_phase = differ_by_phase || prober.answered[i] != prober.answered[0];
  }
  CHECK(differ_by_phase);
  CHECK(at.back() > 2'000'000'000);
}

}  // namespace systole::test
