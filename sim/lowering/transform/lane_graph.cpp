#include "sim/lowering/transform/lane_graph.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace systole {

bool is_shift(float factor) {
  int exponent = 0;
  return std::frexp(factor, &exponent) == 0.5F;
}

LaneTerm LaneGraph::node(LaneNode::Kind kind, int32_t a, int32_t b, float factor) {
  uint32_t bits = 0;
  std::memcpy(&bits, &factor, sizeof bits);
  const auto [at, fresh] =
      known_.try_emplace({static_cast<int64_t>(kind), std::min(a, b), std::max(a, b), bits},
                         static_cast<int32_t>(nodes_.size()));
  if (fresh) nodes_.push_back({kind, a, b, factor});
  // A difference is kept the way round it was first wanted.
  const bool turned = kind == LaneNode::Kind::difference && nodes_[at->second].a != a;
  return {at->second, turned};
}

LaneTerm LaneGraph::input() {
  const int32_t number = inputs_++;
  return node(LaneNode::Kind::input, number, number, 0);
}

LaneTerm LaneGraph::add(LaneTerm x, LaneTerm y) {
  if (x.zero()) return y;
  if (y.zero()) return x;
  if (x.node == y.node) return x.negative == y.negative ? scale(x, 2) : LaneTerm{};
  const LaneNode p = nodes_[x.node], q = nodes_[y.node];
  const bool scaled = p.kind == LaneNode::Kind::multiple && q.kind == p.kind;
  if (scaled && p.factor == q.factor && is_shift(p.factor)) {
    return scale(add({p.a, x.negative}, {q.a, y.negative}), p.factor);
  }
  if (x.negative == y.negative) {
    return {node(LaneNode::Kind::sum, x.node, y.node, 0).node, x.negative};
  }
  const LaneTerm difference = node(LaneNode::Kind::difference, x.node, y.node, 0);
  return x.negative ? -difference : difference;
}

LaneTerm LaneGraph::scale(LaneTerm x, float factor) {
  if (x.zero() || factor == 0) return {};
  if (factor < 0) return -scale(x, -factor);
  if (factor == 1) return x;
  const LaneNode of = nodes_[x.node];
  if (of.kind == LaneNode::Kind::multiple && (is_shift(factor) || is_shift(of.factor))) {
    return scale({of.a, x.negative}, of.factor * factor);  // exact
  }
  return {node(LaneNode::Kind::multiple, x.node, -1, factor).node, x.negative};
}

}  // namespace systole
