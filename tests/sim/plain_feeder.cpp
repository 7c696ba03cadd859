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

/// The byte that a lane's element begins in, at a depth position of an MMA step; nothing for padding and for
/// what only completes a step.
std::optional<uint64_t> address_of(const WalkCase& c, uint64_t lane, uint64_t step, uint64_t position) {
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
  int64_t address = view.base;
  for (int i = 0; i < 3; ++i) address += l[i] * view.lane[i].stride + k[i] * view.k[i].stride;
  if (address < 0 || static_cast<uint64_t>(address) >= 8 * c.buffer.size)
    throw std::logic_error("the walk leaves its buffer");
  return static_cast<uint64_t>(address) / 8;
}

/// What the ports of one walk hold, and what they do in the present step.
class Ports {
 public:
  Ports(const BufferParams& buffer, std::size_t count) : buffer_(buffer), held_(count) {}

  void begin_step() {
    opened_.reset();
    step_ = {};
  }
  void read(std::size_t port, const std::optional<uint64_t>& address) {
    if (!address) return;
    ++step_.elements;
    const uint64_t word = *address / buffer_.word_bytes();
    if (held_[port] == word) return;
    held_[port] = word;
    if (opened_ == word) return;
    opened_ = word;
    const uint64_t slot = *address / buffer_.slot_bytes();
    step_.banks.push_back(static_cast<uint32_t>(slot * buffer_.banks + word % buffer_.banks));
  }
  Step end_step() {
    std::sort(step_.banks.begin(), step_.banks.end());
    return step_;
  }

 private:
  BufferParams buffer_;
  std::vector<std::optional<uint64_t>> held_;  ///< the word that each port read last
  std::optional<uint64_t> opened_;             ///< the word opened last in this step
  Step step_;
};

}  // namespace

std::vector<Step> steps_of(const WalkCase& c) {
  std::vector<Step> steps;
  Ports ports(c.buffer, c.along_k ? c.lanes : c.lanes_per_step * c.k_count);
  for (uint64_t s = 0; c.along_k && s < c.k_count; ++s) {
    ports.begin_step();
    for (uint64_t z = 0; z < c.depth; ++z) {
      for (uint64_t l = 0; l < c.lanes; ++l) ports.read(l, address_of(c, c.begin + l, c.k_begin + s, z));
    }
    steps.push_back(ports.end_step());
  }
  for (uint64_t first = 0; !c.along_k && first < c.lanes; first += c.lanes_per_step) {
    ports.begin_step();
    for (uint64_t l = 0; l < c.lanes_per_step && first + l < c.lanes; ++l) {
      for (uint64_t z = 0; z < c.depth; ++z) {
        for (uint64_t p = 0; p < c.k_count; ++p)
          ports.read(l * c.k_count + p, address_of(c, first + l, c.k_begin + p, z));
      }
    }
    steps.push_back(ports.end_step());
  }
  return steps;
}

}  // namespace systole::test
