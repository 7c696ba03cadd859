#include "sim/mapping/tiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/mapping/candidates.h"
#include "sim/mapping/choice.h"
#include "sim/mapping/estimate.h"

namespace systole {
namespace {

/// A byte of partial sums in the output buffer against one of DRAM, roughly as their energies.
constexpr uint64_t kPsumDiscount = 32;

/// Walks the candidates and keeps the legal ones.
class Search {
 public:
  Search(const TileContext& context, const MappingRequest& request)
      : context_(context), estimator_(context), candidates_(candidates_of(context, request)) {
    for (const Box& box : candidates_.boxes) {
      vertical_.push_back(sum_windows(context.vertical, box.rows));
      horizontal_.push_back(sum_windows(context.horizontal, box.cols));
    }
  }

  std::vector<Choice> legal_choices() {
    std::vector<Choice> choices;
    const Problem& p = context_.problem;
    for (uint32_t groups : candidates_.groups) {
      // Tiles of several groups hold each of them whole in n and k.
      const size_t filters =
          groups > 1 ? first_is_whole(candidates_.filters, p.M) : candidates_.filters.size();
      const size_t channels =
          groups > 1 ? first_is_whole(candidates_.channels, p.C) : candidates_.channels.size();
      measure(groups, filters, channels);
      for (size_t b = 0; b < candidates_.boxes.size(); ++b) {
        for (size_t k = 0; k < channels; ++k) {
          for (size_t n = 0; input_fits_[b][k] && n < filters; ++n) {
            if (fits(b, n, k) && !splits_what_fits(b, n, k)) add_orders(tiles(groups, b, n, k), b, choices);
          }
        }
      }
    }
    return choices;
  }

  /// Why there is no choice.
  std::string no_choice() const {
    if (drops_halo_) {
      return "halo keep: no legal tile leaves a place in the input buffer to the tile before it, legal: "
             "refetch, or "
             "no halo";
    }
    return "no legal tile: " + overflow_message(context_, smallest());
  }

 private:
  /// The plan with the smallest tiles of all, for the message when none fits.
  TilePlan smallest() const {
    Tiles t = tiles(1, candidates_.boxes.size() - 1, candidates_.filters.size() - 1,
                    candidates_.channels.size() - 1);
    t.groups = candidates_.groups.back();
    if (candidates_.boxes.size() > 1) t.images = t.rows = t.cols = 1;
    return make_plan(context_, t);
  }

  using Table = std::vector<std::vector<uint8_t>>;  ///< of yes and no, by two sizes

  static size_t first_is_whole(const std::vector<uint32_t>& sizes, uint32_t whole) {
    return sizes.front() == whole ? 1 : 0;
  }

  Tiles tiles(uint32_t groups, size_t box, size_t n, size_t k) const {
    Tiles t;
    t.groups = groups;
    t.images = candidates_.boxes[box].images;
    t.rows = candidates_.boxes[box].rows;
    t.cols = candidates_.boxes[box].cols;
    t.filters = candidates_.filters[n];
    t.channels = candidates_.channels[k];
    return t;
  }

  /// Which pairs of sizes fit: an operand's tile depends on two dimensions only.
  void measure(uint32_t groups, size_t filters, size_t channels) {
    const auto table = [](size_t rows, size_t cols) { return Table(rows, std::vector<uint8_t>(cols)); };
    const size_t boxes = candidates_.boxes.size();
    input_fits_ = table(boxes, channels);
    weight_fits_ = table(filters, channels);
    output_fits_ = table(boxes, filters);
    for (size_t b = 0; b < boxes; ++b) {
      for (size_t k = 0; k < channels; ++k) {
        input_fits_[b][k] = input_fits(context_, tiles(groups, b, 0, k), vertical_[b], horizontal_[b]);
      }
      for (size_t n = 0; n < filters; ++n) output_fits_[b][n] = output_fits(context_, tiles(groups, b, n, 0));
    }
    for (size_t n = 0; n < filters; ++n) {
      for (size_t k = 0; k < channels; ++k)
        weight_fits_[n][k] = weight_fits(context_, tiles(groups, 0, n, k));
    }
  }

  bool fits(size_t b, size_t n, size_t k) const {
    return input_fits_[b][k] && weight_fits_[n][k] && output_fits_[b][n];
  }

  /// No dimension is cut that could be taken whole, the others as they are.
  bool splits_what_fits(size_t b, size_t n, size_t k) const {
    return (b && fits(0, n, k)) || (n && fits(b, 0, k)) || (k && fits(b, n, 0));
  }

  void add_orders(const Tiles& t, size_t box, std::vector<Choice>& choices) {
    TilePlan plan = make_plan(context_, t, vertical_[box], horizontal_[box]);
    const uint64_t compute_cycles = estimator_.compute_cycles(plan);
    for (const auto& order : candidates_.orders) {
      if (repeats_another_order(plan, order)) continue;
      set_order(context_, order, plan);
      if (plan.drops_halo(context_)) {
        drops_halo_ = true;
        continue;
      }
      const Traffic traffic = traffic_of(context_, plan, vertical_[box], horizontal_[box]);
      choices.push_back({plan.tiles, traffic.bus_bytes + estimator_.psum_bytes(plan) / kPsumDiscount,
                         traffic.read_total() + traffic.write_total(), plan.steps(),
                         estimator_.cycles(plan, traffic, compute_cycles)});
    }
  }

  /// A loop of one step may stand anywhere: only the order in which such loops come last, in the order of the
  /// enumeration, is tried.
  bool repeats_another_order(const TilePlan& plan, const std::array<GemmDim, 3>& order) const {
    if (candidates_.orders.size() == 1) return false;
    for (size_t i = 0; i + 1 < order.size(); ++i) {
      const bool single = plan.count(order[i]) == 1, next_single = plan.count(order[i + 1]) == 1;
      if (single && (!next_single || order[i] > order[i + 1])) return true;
    }
    return false;
  }

  const TileContext& context_;
  Estimator estimator_;
  Candidates candidates_;
  std::vector<WindowSums> vertical_, horizontal_;
  Table input_fits_, weight_fits_, output_fits_;
  bool drops_halo_ = false;  ///< some mapping is left out for it
};

void check_request(const TileContext& context, const MappingRequest& request) {
  const Problem& p = context.problem;
  const bool cut = request.tile_m.value_or(p.gemm_m()) < p.gemm_m() ||
                   request.tile_n.value_or(p.gemm_n()) < p.gemm_n() ||
                   request.tile_k.value_or(p.gemm_k()) < p.gemm_k();
  if (context.residency == Residency::sram && cut) {
    throw MappingError("mapping: residency sram keeps the whole layer on chip; its tiles cannot be smaller");
  }
}

}  // namespace

Mapping choose_mapping(const TileContext& context, const MappingRequest& request) {
  check_request(context, request);
  Search search(context, request);
  const std::vector<Choice> choices = search.legal_choices();
  if (choices.empty()) {
    throw MappingError("mapping: " + search.no_choice());
  }
  const Choice& best = best_choice(choices);
  Mapping mapping;
  static_cast<Tiles&>(mapping) = best.tiles;
  mapping.dataflow = context.traits.id;
  const WindowSums vertical = sum_windows(context.vertical, best.tiles.rows);
  const WindowSums horizontal = sum_windows(context.horizontal, best.tiles.cols);
  const TilePlan plan = make_plan(context, best.tiles, vertical, horizontal);
  const Traffic traffic = traffic_of(context, plan, vertical, horizontal);
  mapping.read_bytes = traffic.read;
  mapping.write_bytes = traffic.write;
  mapping.dram_read_bytes = traffic.read_total();
  mapping.dram_write_bytes = traffic.write_total();
  mapping.steps = plan.steps();
  mapping.estimated_cycles = best.cycles;
  mapping.reasons = reasons_for(context, choices, best);
  return mapping;
}

}  // namespace systole
