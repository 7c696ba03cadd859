#include "sim/lowering/transform/lane_sequence.h"

#include <set>
#include <stdexcept>

namespace systole {
namespace {

constexpr int64_t kExactInFloat = int64_t{1} << 24;

/// Hands out the lowest free register, so that few are ever touched.
class Registers {
 public:
  uint16_t take() {
    if (free_.empty()) {
      if (used_ == UINT16_MAX) throw std::length_error("a lane program beyond 65535 registers");
      return used_++;
    }
    const uint16_t lowest = *free_.begin();
    free_.erase(free_.begin());
    return lowest;
  }
  void release(uint16_t given) { free_.insert(given); }
  uint16_t used() const { return used_; }

 private:
  uint16_t used_ = 0;
  std::set<uint16_t> free_;
};

bool takes_two(LaneOpcode op) { return op == LaneOpcode::add || op == LaneOpcode::subtract; }

}  // namespace

LaneSequence::LaneSequence(LaneNumber number, uint32_t inputs) : number_(number), inputs_(inputs) {}

LaneSequence::Value LaneSequence::step(LaneOpcode op, Value a, Value b, float constant) {
  nodes_.push_back({op, a, b, constant});
  return inputs_ + static_cast<Value>(nodes_.size()) - 1;
}

LaneSequence::Value LaneSequence::scale(Value a, const Rational& factor) {
  if (factor == 1) return a;
  if (factor == -1) return step(LaneOpcode::negate, a, a, 0);
  if (number_ == LaneNumber::int32 && (!factor.whole() || factor.magnitude().numerator() > kExactInFloat)) {
    throw std::range_error("a factor that integer lanes cannot hold");
  }
  const LaneOpcode op = is_power_of_two(factor) ? LaneOpcode::shift : LaneOpcode::multiply;
  return step(op, a, a, static_cast<float>(factor.value()));
}

LaneSequence::Value LaneSequence::divide_exactly(Value a, int64_t by) {
  if (by == 1) return a;
  if (by < 1 || by > kExactInFloat) throw std::range_error("a divisor that integer lanes cannot hold");
  if (is_power_of_two(by)) return step(LaneOpcode::shift, a, a, 1 / static_cast<float>(by));
  return step(LaneOpcode::divide, a, a, static_cast<float>(by));
}

LaneProgram LaneSequence::program(const std::vector<Value>& outputs) const {
  const size_t end = nodes_.size();
  std::vector<size_t> last_reader(inputs_ + end, 0);
  for (size_t i = 0; i < end; ++i) {
    last_reader[nodes_[i].a] = i;
    last_reader[nodes_[i].b] = i;
  }
  for (Value output : outputs) last_reader[output] = end;

  Registers registers;
  std::vector<uint16_t> place(inputs_ + end);
  for (Value input = 0; input < inputs_; ++input) place[input] = registers.take();

  LaneProgram made;
  made.number = number_;
  made.inputs = static_cast<uint16_t>(inputs_);
  for (size_t i = 0; i < end; ++i) {
    const Node& node = nodes_[i];
    LaneStep step{node.op, 0, place[node.a], 0, node.constant};
    if (takes_two(node.op)) step.b = place[node.b];
    if (last_reader[node.a] == i) registers.release(place[node.a]);
    if (node.b != node.a && last_reader[node.b] == i) registers.release(place[node.b]);
    step.target = place[inputs_ + i] = registers.take();
    made.steps.push_back(step);
  }
  made.registers = registers.used();
  for (Value output : outputs) made.outputs.push_back(place[output]);
  return made;
}

}  // namespace systole
