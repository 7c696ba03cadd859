#include "sim/mapping/choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace systole {
namespace {

uint64_t fastest_cycles(const std::vector<Choice>& choices) {
  uint64_t fastest = choices.front().cycles;
  for (const Choice& c : choices) fastest = std::min(fastest, c.cycles);
  return fastest;
}

bool slow(const Choice& choice, uint64_t fastest) { return choice.cycles > fastest + fastest / 4; }

std::string figures(const Choice& c) {
  return fmt::format("{} bytes of DRAM, about {} cycles", c.bytes, c.cycles);
}

double percent_more(uint64_t value, uint64_t base) {
  return base ? 100.0 * (static_cast<double>(value) / static_cast<double>(base) - 1.0) : 0.0;
}

std::string why_not(const Choice& other, const Choice& best, uint64_t fastest) {
  if (slow(other, fastest)) {
    return fmt::format("{:.0f}% slower than the fastest (limit 25%)", percent_more(other.cycles, fastest));
  }
  if (other.cost > best.cost) {
    if (other.bytes <= best.bytes)
      return "no fewer bursts of DRAM, or more partial sums through the output buffer";
    return fmt::format("{:.1f}% more DRAM traffic", percent_more(other.cost, best.cost));
  }
  if (other.bytes > best.bytes) return "no better, more bytes";
  if (other.cycles > best.cycles) {
    return fmt::format("as much traffic, {:.1f}% slower", percent_more(other.cycles, best.cycles));
  }
  return other.steps > best.steps ? "no better, in more steps" : "no better";
}

}  // namespace

char name_of(GemmDim dim) { return dim == GemmDim::m ? 'm' : dim == GemmDim::n ? 'n' : 'k'; }

const Choice& best_choice(const std::vector<Choice>& choices) {
  const uint64_t fastest = fastest_cycles(choices);
  const auto rank = [&](const Choice& c) {
    return std::make_tuple(slow(c, fastest), c.cost, c.bytes, c.cycles, c.steps);
  };
  return *std::min_element(choices.begin(), choices.end(),
                           [&](const Choice& a, const Choice& b) { return rank(a) < rank(b); });
}

std::vector<std::string> reasons_for(const TileContext& context, const std::vector<Choice>& choices,
                                     const Choice& best) {
  std::vector<std::string> lines;
  const uint64_t fastest = fastest_cycles(choices);
  lines.push_back(
      fmt::format("{} legal mappings compared; least DRAM traffic (partial sums in the output "
                  "buffer at 1/32) within a quarter of the fastest ({} cycles) wins",
                  choices.size(), fastest));
  lines.push_back(fmt::format("chosen: {}: {}", describe(context.problem, best.tiles), figures(best)));
  std::vector<std::array<GemmDim, 3>> seen{best.tiles.order};
  for (const Choice& choice : choices) {
    if (std::find(seen.begin(), seen.end(), choice.tiles.order) != seen.end()) continue;
    seen.push_back(choice.tiles.order);
    std::vector<Choice> same;
    for (const Choice& c : choices) {
      if (c.tiles.order == choice.tiles.order) same.push_back(c);
    }
    const Choice& other = best_choice(same);
    lines.push_back(fmt::format("rejected: {}: {}: {}", describe(context.problem, other.tiles),
                                figures(other), why_not(other, best, fastest)));
  }
  const auto quickest = std::min_element(
      choices.begin(), choices.end(), [](const Choice& a, const Choice& b) { return a.cycles < b.cycles; });
  if (quickest->cycles < best.cycles) {
    lines.push_back(fmt::format("rejected: the fastest, {}: {}: {}",
                                describe(context.problem, quickest->tiles), figures(*quickest),
                                why_not(*quickest, best, fastest)));
  }
  if (best.steps > 1) {
    const TilePlan whole = make_plan(context, whole_layer(context.problem));
    const std::string message = overflow_message(context, whole);
    if (!message.empty()) lines.push_back("rejected: the whole layer in one tile: " + message);
  }
  return lines;
}

std::string describe(const Problem& p, const Tiles& t) {
  return fmt::format("{}m {} ({} x {} x {}), n {}, k {}; order {}, {}, {}",
                     p.groups > 1 ? fmt::format("groups {}, ", t.groups) : "",
                     uint64_t{t.images} * t.rows * t.cols, t.images, t.rows, t.cols, t.filters,
                     uint64_t{t.channels} * p.R * p.S, name_of(t.order[0]), name_of(t.order[1]),
                     name_of(t.order[2]));
}

}  // namespace systole
