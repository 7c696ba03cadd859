#include "tests/sim/plain_feeder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "tests/unit/isa_bytes.h"

namespace systole::test {
namespace {

/// The indices along three axes, the last one innermost.
std::array<int64_t, 3> split(uint64_t number, const std::array<Axis, 3>& axes) {
  const uint64_t inner = number % axes[2].size, rest = number / axes[2].size;
  return {static_cast<int64_t>(rest / axes[1].size), static_cast<int64_t>(rest % axes[1].size),
          static_cast<int64_t>(inner)};
}

/// Where a lane's element lies at a depth position of an MMA step, and its block's exponent, in bits; nothing
/// for padding and for what only completes a step.
struct Place {
  uint64_t element = 0, exponent = 0;
};
std::optional<Place> place_of(const WalkCase& c, uint64_t lane, uint64_t step, uint64_t position) {
  const OperandView& view = c.view;
  uint64_t element = step * c.depth + position;
  if (!c.flatten) {
    const uint64_t inner = view.k[2].size, padded = (inner + c.depth - 1) / c.depth * c.depth;
    if (element % padded >= inner) return std::nullopt;
    element = element / padded * inner + element % padded;
  }
  if (element >= view.depth()) return std::nullopt;
  const std::array<int64_t, 3> k = split(element, view.k), l = split(lane, view.lane);
  if (!inside(view.bound[0], l[1], k[0]) || !inside(view.bound[1], l[2], k[1])) return std::nullopt;
  const BlockExponents& e = view.exponents;
  int64_t address = view.base, exponent = e.base;
  for (int i = 0; i < 3; ++i) {
    address += l[i] * view.lane[i].stride + k[i] * view.k[i].stride;
    exponent += l[i] * e.lane[i] + (i == 2 && view.block() > 0 ? k[i] / view.block() : k[i]) * e.k[i];
  }
  for (const int64_t at : {address, exponent}) {
    if (at < 0 || static_cast<uint64_t>(at) >= 8 * c.buffer.size)
      throw std::logic_error("the walk leaves its buffer");
  }
  return Place{static_cast<uint64_t>(address), static_cast<uint64_t>(exponent)};
}

/// What the ports of one walk hold, and what they do in the present step.
class Ports {
 public:
  Ports(const BufferParams& buffer, std::size_t count) : buffer_(buffer), held_(count) {}

  void begin_step() {
    opened_.reset();
    step_ = {};
  }
  void read_element(std::size_t port, const std::optional<Place>& place) {
    if (!place) return;
    ++step_.elements;
    open(port, place->element / 8);
  }
  /// The last of an element's `bits`, which may lie in the next word.
  void read_end(std::size_t port, const std::optional<Place>& place, uint32_t bits) {
    if (place) open(port, (place->element + bits - 1) / 8);
  }
  void read_exponent(std::size_t port, const std::optional<Place>& place) {
    if (!place) return;
    ++step_.exponents;
    const std::size_t before = step_.banks.size();
    open(port, place->exponent / 8);
    step_.exponent_accesses += step_.banks.size() - before;
  }
  Step end_step() {
    std::sort(step_.banks.begin(), step_.banks.end());
    return step_;
  }

 private:
  void open(std::size_t port, uint64_t address) {
    const uint64_t word = address / buffer_.word_bytes();
    if (held_[port] == word) return;
    held_[port] = word;
    if (opened_ == word) return;
    opened_ = word;
    const uint64_t slot = address / buffer_.slot_bytes();
    step_.banks.push_back(static_cast<uint32_t>(slot * buffer_.banks + word % buffer_.banks));
  }

  BufferParams buffer_;
  std::vector<std::optional<uint64_t>> held_;  ///< the word that each port read last
  std::optional<uint64_t> opened_;             ///< the word opened last in this step
  Step step_;
};

}  // namespace

std::vector<Step> steps_of(const WalkCase& c) {
  std::vector<Step> steps;
  // Elements have a port each, and their exponents another.
  const std::size_t count = c.along_k ? c.lanes : c.lanes_per_step * c.k_count;
  Ports ports(c.buffer, 2 * count);
  const uint32_t bits = traits_of(c.view.format).bits;
  const bool scaled = c.view.block() > 0, in_two_words = 64 % bits != 0;
  // One lane's rows of `n` ports from `port` on; `place(p, z)` of the p-th.
  const auto read_rows = [&](std::size_t port, uint64_t n, const auto& place) {
    for (uint64_t p = 0; scaled && p < n; ++p) ports.read_exponent(count + port + p, place(p, 0));
    for (uint64_t z = 0; z < c.depth; ++z) {
      for (uint64_t p = 0; p < n; ++p) ports.read_element(port + p, place(p, z));
      for (uint64_t p = 0; in_two_words && p < n; ++p) ports.read_end(port + p, place(p, z), bits);
    }
  };
  for (uint64_t s = 0; c.along_k && s < c.k_count; ++s) {
    ports.begin_step();
    read_rows(0, c.lanes, [&](uint64_t l, uint64_t z) { return place_of(c, c.begin + l, c.k_begin + s, z); });
    steps.push_back(ports.end_step());
  }
  for (uint64_t first = 0; !c.along_k && first < c.lanes; first += c.lanes_per_step) {
    ports.begin_step();
    for (uint64_t l = 0; l < c.lanes_per_step && first + l < c.lanes; ++l) {
      read_rows(l * c.k_count, c.k_count,
                [&](uint64_t p, uint64_t z) { return place_of(c, first + l, c.k_begin + p, z); });
    }
    steps.push_back(ports.end_step());
  }
  return steps;
}

}  // namespace systole::test
