#include "sim/lanes/lane_sequence.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

namespace systole {
namespace {

constexpr int64_t kExactInFloat = int64_t{1} << 24;
/// Values from here on are constants.
constexpr LaneSequence::Value kConstants = LaneSequence::Value{1} << 31;

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

}  // namespace

LaneSequence::LaneSequence(LaneNumber number, uint32_t inputs) : number_(number), inputs_(inputs) {}

LaneSequence::Value LaneSequence::step(LaneOpcode op, Value a, Value b, float constant) {
  nodes_.push_back({op, number_, a, b, a, constant, false});
  row_ = LaneRow::none;
  return inputs_ + static_cast<Value>(nodes_.size()) - 1;
}

LaneSequence::Value LaneSequence::apply(LaneOpcode op, Value a, Value b, Value c, float factor) {
  const LaneRow unit = unit_in_row(op, row_);
  const bool goes_on = row_ != LaneRow::none && a + 1 == inputs_ + nodes_.size() && unit > row_;
  const Value made = step(op, a, b, factor);
  nodes_.back().c = c;
  nodes_.back().chained = goes_on;
  row_ = goes_on ? unit : traits_of(op).row;
  return made;
}

LaneSequence::Value LaneSequence::look_up(Value a, LaneTable table) {
  tables_.push_back(std::move(table));
  return apply(LaneOpcode::table, a);
}

LaneSequence::Value LaneSequence::constant_lane(Lane value) {
  const auto at = std::find(constants_.begin(), constants_.end(), value);
  const auto index = static_cast<Value>(at - constants_.begin());
  if (at == constants_.end()) constants_.push_back(value);
  return kConstants + index;
}

LaneSequence::Value LaneSequence::constant(int32_t value) { return constant_lane(static_cast<Lane>(value)); }

LaneSequence::Value LaneSequence::constant(float value) {
  Lane lane;
  std::memcpy(&lane, &value, sizeof lane);
  return constant_lane(lane);
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
    for (const Value value : {nodes_[i].a, nodes_[i].b, nodes_[i].c}) {
      if (value < kConstants) last_reader[value] = i;
    }
  }
  for (Value output : outputs) last_reader[output] = end;

  Registers registers;
  std::vector<uint16_t> place(inputs_ + end);
  for (Value input = 0; input < inputs_; ++input) place[input] = registers.take();

  LaneProgram made;
  made.inputs = static_cast<uint16_t>(inputs_);
  made.tables = tables_;
  for (const Lane constant : constants_) made.constants.push_back({registers.take(), constant});
  const auto register_of = [&](Value value) {
    return value < kConstants ? place[value] : made.constants[value - kConstants].target;
  };
  uint16_t next_table = 0;
  for (size_t i = 0; i < end; ++i) {
    const Node& node = nodes_[i];
    LaneStep step{node.op, 0, register_of(node.a), 0, node.constant, node.number, 0, node.chained};
    const uint8_t reads = traits_of(node.op).registers;
    if (reads > 1) step.b = register_of(node.b);
    if (reads > 2) step.c = register_of(node.c);
    if (node.op == LaneOpcode::table) step.b = next_table++;
    for (const Value value : std::set<Value>{node.a, node.b, node.c}) {
      if (value < kConstants && last_reader[value] == i) registers.release(place[value]);
    }
    step.target = place[inputs_ + i] = registers.take();
    made.steps.push_back(step);
  }
  made.registers = registers.used();
  for (Value output : outputs) made.outputs.push_back(place[output]);
  return made;
}

}  // namespace systole
