// A LaneGraph's nodes made into steps and registers.
#include <set>
#include <stdexcept>
#include <utility>

#include "sim/lowering/transform/lane_order.h"

namespace systole {
namespace {

using Kind = LaneNode::Kind;

class Assembly {
 public:
  Assembly(const std::vector<LaneNode>& nodes, const std::vector<LaneTerm>& outputs)
      : nodes_(nodes),
        left_(lane_uses(nodes, outputs)),
        at_(nodes.size()),
        negative_(nodes.size()),
        wanted_(nodes.size()) {
    for (const LaneTerm& output : outputs) {
      if (!output.zero() && wanted_[output.node] == 0) wanted_[output.node] = output.negative ? -1 : 1;
    }
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].kind != Kind::input) continue;
      at_[i] = program_.inputs++;
      if (left_[i] == 0) free_.insert(at_[i]);
    }
    program_.registers = program_.inputs;
    const std::vector<int32_t> order = lane_order(nodes, outputs);
    for (auto node = order.rbegin(); node != order.rend(); ++node) want_operands(*node);
    for (const int32_t node : order) compute(node);
    for (const LaneTerm& output : outputs) {
      if (output.zero()) continue;
      zero_from_ = at_[output.node];
      break;
    }
    for (const LaneTerm& output : outputs)
      program_.outputs.push_back(output.zero() ? zero() : place_of(output));
  }

  LaneProgram take() { return std::move(program_); }

 private:
  uint16_t take_register() {
    if (free_.empty()) {
      if (program_.registers == UINT16_MAX)
        throw std::length_error("a lane program of more than 65535 registers");
      return program_.registers++;
    }
    const uint16_t lowest = *free_.begin();
    free_.erase(free_.begin());
    return lowest;
  }

  void release(int32_t node) {
    if (--left_[node] == 0) free_.insert(at_[node]);
  }

  /// A sum comes out negative if both its terms do.
  void want_operands(int32_t i) {
    const LaneNode& node = nodes_[i];
    if (node.kind != Kind::sum || wanted_[i] >= 0) return;
    for (const int32_t operand : {node.a, node.b}) {
      if (wanted_[operand] == 0) wanted_[operand] = -1;
    }
  }

  void compute(int32_t i) {
    const LaneNode& node = nodes_[i];
    LaneStep step;
    step.a = at_[node.a];
    bool a_negative = negative_[node.a];
    if (node.kind == Kind::multiple) {
      step.op = is_shift(node.factor) ? LaneOpcode::shift : LaneOpcode::multiply;
      negative_[i] = wanted_[i] == 0 ? a_negative : wanted_[i] < 0;
      step.constant = negative_[i] == a_negative ? node.factor : -node.factor;
    } else {
      step.b = at_[node.b];
      const bool b_negative = negative_[node.b] != (node.kind == Kind::difference);
      const bool alike = a_negative == b_negative;
      step.op = alike ? LaneOpcode::add : LaneOpcode::subtract;
      negative_[i] = alike ? a_negative : wanted_[i] < 0;
      if (!alike && a_negative != negative_[i]) std::swap(step.a, step.b);
      release(node.b);
    }
    release(node.a);
    step.target = at_[i] = take_register();
    program_.steps.push_back(step);
  }

  uint16_t place_of(LaneTerm output) {
    if (output.negative == negative_[output.node]) return at_[output.node];
    const auto [at, fresh] = turned_.try_emplace(output.node);
    if (fresh) {
      at->second = take_register();
      program_.steps.push_back({LaneOpcode::negate, at->second, at_[output.node], 0, 0});
    }
    return at->second;
  }

  uint16_t zero() {
    if (!zero_made_) {
      zero_at_ = take_register();
      program_.steps.push_back({LaneOpcode::subtract, zero_at_, zero_from_, zero_from_, 0});
      zero_made_ = true;
    }
    return zero_at_;
  }

  const std::vector<LaneNode>& nodes_;
  std::vector<uint32_t> left_;  ///< reads still to come
  std::vector<uint16_t> at_;
  std::vector<bool> negative_;  ///< the register holds the negated value
  std::vector<int8_t> wanted_;  ///< the sign an output would like, 0: either will do
  std::map<int32_t, uint16_t> turned_;
  std::set<uint16_t> free_;
  LaneProgram program_;
  uint16_t zero_at_ = 0, zero_from_ = 0;
  bool zero_made_ = false;
};

}  // namespace

LaneProgram LaneGraph::program(const std::vector<LaneTerm>& outputs) const {
  return Assembly(nodes_, outputs).take();
}

}  // namespace systole
