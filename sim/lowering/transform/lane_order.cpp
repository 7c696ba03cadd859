#include "sim/lowering/transform/lane_order.h"

#include <cstddef>

namespace systole {
namespace {

using Kind = LaneNode::Kind;

class Order {
 public:
  Order(const std::vector<LaneNode>& nodes, const std::vector<LaneTerm>& outputs)
      : nodes_(nodes), left_(lane_uses(nodes, outputs)), users_(nodes.size()), done_(nodes.size()) {
    for (size_t i = 0; i < nodes.size(); ++i) {
      const LaneNode& node = nodes[i];
      done_[i] = node.kind == Kind::input;
      if (left_[i] == 0 || done_[i]) continue;
      users_[node.a].push_back(static_cast<int32_t>(i));
      if (node.b >= 0) users_[node.b].push_back(static_cast<int32_t>(i));
    }
    for (const LaneTerm& output : outputs) {
      if (!output.zero()) visit(output.node);
    }
  }

  std::vector<int32_t> order;

 private:
  void visit(int32_t i) {
    if (done_[i]) return;
    visit(nodes_[i].a);
    if (nodes_[i].b >= 0) visit(nodes_[i].b);
    std::vector<int32_t> ready{i};
    while (!ready.empty()) {
      const int32_t next = ready.back();
      ready.pop_back();
      if (!done_[next]) place(next, ready);
    }
  }

  void place(int32_t i, std::vector<int32_t>& ready) {
    const LaneNode& node = nodes_[i];
    order.push_back(i);
    done_[i] = true;
    --left_[node.a];
    if (node.b >= 0) --left_[node.b];
    offer(i, ready);
    if (node.b >= 0) offer(node.b, ready);
    offer(node.a, ready);
  }

  /// Users of a value that can run in the place of one of their operands.
  void offer(int32_t value, std::vector<int32_t>& ready) const {
    for (const int32_t user : users_[value]) {
      const LaneNode& node = nodes_[user];
      const bool both = done_[node.a] && (node.b < 0 || done_[node.b]);
      const bool in_place = left_[node.a] == 1 || (node.b >= 0 && left_[node.b] == 1);
      if (!done_[user] && both && in_place) ready.push_back(user);
    }
  }

  const std::vector<LaneNode>& nodes_;
  std::vector<uint32_t> left_;
  std::vector<std::vector<int32_t>> users_;
  std::vector<bool> done_;
};

}  // namespace

std::vector<uint32_t> lane_uses(const std::vector<LaneNode>& nodes, const std::vector<LaneTerm>& outputs) {
  std::vector<uint32_t> uses(nodes.size());
  for (const LaneTerm& output : outputs) {
    if (!output.zero()) uses[output.node] = 1;
  }
  for (size_t i = nodes.size(); i-- > 0;) {  // operands come before their users
    const LaneNode& node = nodes[i];
    if (uses[i] == 0 || node.kind == Kind::input) continue;
    ++uses[node.a];
    if (node.b >= 0) ++uses[node.b];
  }
  return uses;
}

std::vector<int32_t> lane_order(const std::vector<LaneNode>& nodes, const std::vector<LaneTerm>& outputs) {
  return Order(nodes, outputs).order;
}

}  // namespace systole
