// The happens-before check against a plain graph: what reaches what, and which bytes meet, by search.
#include <bitset>
#include <catch2/catch.hpp>
#include <optional>
#include <random>

#include "program_pieces.h"

namespace systole::test {
namespace {

constexpr size_t kMost = 24;

struct Bytes {
  Space space;
  uint64_t begin, end;
};

/// An instruction, and what it touches as its maker sees it.
struct Piece {
  Instruction instruction;
  std::vector<Bytes> reads, writes;
  bool sums = false;  ///< the writes are a MatMul's
};

bool meet(const std::vector<Bytes>& a, const std::vector<Bytes>& b) {
  for (const Bytes& x : a) {
    for (const Bytes& y : b) {
      if (x.space == y.space && x.begin < y.end && y.begin < x.end) return true;
    }
  }
  return false;
}

class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed), quiet_((*this)(0, 3)) {}

  std::vector<Piece> program() {
    std::vector<Piece> pieces(2 + (*this)(0, kMost - 2));
    for (Piece& piece : pieces) {
      piece = this->piece();
      const int unit = piece.instruction.unit();
      if (unit == kBarrierUnit) continue;
      for (int e = 0; e < kEventCount; ++e) {
        if (issued_[e] == 0 || (*this)(0, 3) < quiet_) continue;
        const uint64_t late = (*this)(0, 2) == 0 ? issued_[e] : 0;
        piece.instruction.wait.at_least[e] = issued_[e] - std::min<uint64_t>(late, (*this)(0, 2));
      }
      ++issued_[static_cast<int>(done_event(static_cast<Unit>(unit)))];
      if (unit == static_cast<int>(Unit::matmul)) ++issued_[static_cast<int>(Event::matmul_read)];
    }
    return pieces;
  }

 private:
  uint32_t operator()(uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(random_()) % (high - low + 1);
  }
  uint64_t address() { return (*this)(0, 40); }

  Piece piece() {
    const uint64_t a = address(), b = address(), c = address();
    const uint32_t bytes = (*this)(1, 8);
    const auto space = static_cast<Space>((*this)(0, 2));
    switch ((*this)(0, 12)) {
      case 0:
        return {{{}, Barrier{}}, {}, {}};
      case 1:
      case 2:
      case 3:
        return {load_into(space, a, bytes, b), {{Space::dram, b, b + bytes}}, {{space, a, a + bytes}}};
      case 4:
        return {{{}, Load{move_of(Space::output, a, Space::input, b, bytes)}},
                {{Space::output, a, a + bytes}},
                {{Space::input, b, b + bytes}}};
      case 5:
      case 6:
        return {store_from(a, b, bytes), {{Space::output, a, a + bytes}}, {{Space::dram, b, b + bytes}}};
      case 7:
      case 8:
        return {pass_over(static_cast<int64_t>(a)), {{Space::output, a, a + 4}}, {{Space::output, a, a + 4}}};
      default:
        Piece piece{multiply(static_cast<int64_t>(a), static_cast<int64_t>(b), static_cast<int64_t>(c),
                             (*this)(0, 1) ? PsumSource::buffer : PsumSource::none),
                    {{space, a, a + 4}, {Space::weight, b, b + 4}},
                    {{Space::output, c, c + 4}},
                    true};
        std::get<MatMul>(piece.instruction.op).input.buffer = space;
        return piece;
    }
  }

  std::mt19937 random_;
  uint32_t quiet_;  ///< the more, the fewer waits
  std::array<uint64_t, kEventCount> issued_{};
};

/// Begin, read and done of each instruction are nodes; an edge says that one comes before another.
class Graph {
 public:
  explicit Graph(const std::vector<Piece>& program) {
    std::array<std::vector<size_t>, kUnitCount> of_unit;
    std::optional<size_t> barrier;
    for (size_t i = 0; i < program.size(); ++i) {
      edge(begin(i), read(i)), edge(read(i), done(i));
      if (barrier) edge(done(*barrier), begin(i));
      const Instruction& instruction = program[i].instruction;
      if (instruction.unit() == kBarrierUnit) {
        for (size_t j = 0; j < i; ++j) edge(done(j), begin(i));
        barrier = i;
        continue;
      }
      std::vector<size_t>& own = of_unit[instruction.unit()];
      if (!own.empty()) {
        edge(begin(own.back()), begin(i)), edge(read(own.back()), read(i)), edge(done(own.back()), done(i));
        if (instruction.unit() == static_cast<int>(Unit::vector)) edge(done(own.back()), begin(i));
      }
      own.push_back(i);
      for (int e = 0; e < kEventCount; ++e) {
        const uint64_t count = instruction.wait.at_least[e];
        if (count == 0) continue;
        const auto event = static_cast<Event>(e);
        edge(node(event, of_unit[unit_of(event)][count - 1]), begin(i));
      }
    }
    for (size_t via = 0; via < 3 * kMost; ++via) {
      for (auto& reached : reaches_) {
        if (reached[via]) reached |= reaches_[via];
      }
    }
  }

  static size_t begin(size_t i) { return 3 * i; }
  static size_t read(size_t i) { return 3 * i + 1; }
  static size_t done(size_t i) { return 3 * i + 2; }
  bool before(size_t a, size_t b) const { return reaches_[a][b]; }
  static int unit_of(Event event) {
    for (int u = 0; u < kUnitCount; ++u) {
      if (done_event(static_cast<Unit>(u)) == event) return u;
    }
    return static_cast<int>(Unit::matmul);
  }
  static size_t node(Event event, size_t i) { return event == Event::matmul_read ? read(i) : done(i); }

 private:
  void edge(size_t from, size_t to) { reaches_[from].set(to); }
  std::array<std::bitset<3 * kMost>, 3 * kMost> reaches_;
};

bool in_order(const Graph& graph, const Piece& earlier, size_t j, const Piece& later, size_t i) {
  const bool both_sums = earlier.sums && later.sums;
  const bool touches_writes =
      meet(earlier.writes, later.reads) || (!both_sums && meet(earlier.writes, later.writes));
  if (touches_writes && !graph.before(Graph::done(j), Graph::begin(i))) return false;
  const size_t read = earlier.sums ? Graph::read(j) : Graph::done(j);
  return !meet(earlier.reads, later.writes) || graph.before(read, Graph::begin(i));
}

/// The first instruction that some earlier one is not ordered with; the length where all are.
size_t first_disorder(const Graph& graph, const std::vector<Piece>& program) {
  for (size_t i = 0; i < program.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (!in_order(graph, program[j], j, program[i], i)) return i;
    }
  }
  return program.size();
}

/// How often each event has been counted, for sure, when instruction i begins.
EventCounts counted(const Graph& graph, const std::vector<Piece>& program, size_t i) {
  EventCounts counts{};
  for (int e = 0; e < kEventCount; ++e) {
    uint64_t count = 0;
    for (size_t j = 0; j < i; ++j) {
      if (program[j].instruction.unit() != Graph::unit_of(static_cast<Event>(e))) continue;
      ++count;
      if (graph.before(Graph::node(static_cast<Event>(e), j), Graph::begin(i))) counts[e] = count;
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("order: random programs, against the graph of what comes before what", "[order]") {
  int proven = 0, refused = 0;
  for (uint32_t seed = 0; seed < 20000; ++seed) {
    INFO("seed " << seed);
    const std::vector<Piece> program = Maker(seed).program();
    const Graph graph(program);
    const size_t expected = first_disorder(graph, program);
    HappensBefore order;
    for (size_t i = 0; i <= expected && i < program.size(); ++i) {
      if (i == expected) {
        REQUIRE_THROWS_AS(order.add(program[i].instruction), std::logic_error);
      } else {
        REQUIRE_NOTHROW(order.add(program[i].instruction));
        REQUIRE(order.counted() == counted(graph, program, i));
      }
    }
    ++(expected == program.size() ? proven : refused);
  }
  CHECK(proven > 3000);
  CHECK(refused > 3000);
}

}  // namespace systole::test
