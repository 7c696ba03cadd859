#include "sim/import/timeloop/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "sim/config/names.h"
#include "sim/config/text.h"
#include "sim/import/names.h"
#include "sim/import/nodes.h"
#include "sim/import/timeloop/loop_nest.h"

namespace systole {
namespace {

GemmDim gemm_dim_of(Role role) {
  switch (role) {
    case Role::filter:
      return GemmDim::n;
    case Role::channel:
    case Role::tap:
      return GemmDim::k;
    default:
      return GemmDim::m;
  }
}

const LoopNest* outermost_of(const std::vector<LoopNest>& nests) {
  const auto found = std::find_if(nests.begin(), nests.end(), [](const LoopNest& nest) {
    const std::string name = lower_case(nest.target);
    return !nest.is_spatial && (name.find("dram") != std::string::npos || name.find("main") == 0);
  });
  return found == nests.end() ? nullptr : &*found;
}

class MappingWriter {
 public:
  MappingWriter(const ProblemShape& shape, const ProblemSizes& sizes, const LoopNest& dram,
                std::vector<Note>& notes)
      : shape_(shape), sizes_(sizes), dram_(dram), notes_(notes) {}

  YamlNode map() {
    YamlNode out = map_at(dram_.where);
    add_tile(out);
    add_order(out);
    return out;
  }

 private:
  void note(const std::string& text) { notes_.push_back({0, "mapping: " + text}); }

  /// Of all dimensions with the role: how many values of each lie in a tile, multiplied.
  uint64_t inner(Role role) const {
    uint64_t product = 1;
    for (const std::string& name : shape_.names_of(role)) product *= inner(name);
    return product;
  }
  uint64_t inner(const std::string& name) const { return sizes_[name] / dram_.factors.at(name); }
  bool is_cut(const std::string& name) const { return dram_.factors.at(name) > 1; }

  void add_tile(YamlNode& out) {
    const auto groups = shape_.names_of(Role::group);
    const auto taps = shape_.names_of(Role::tap);
    const std::optional<uint64_t> m = tile_m();
    if (std::any_of(groups.begin(), groups.end(), [&](const auto& name) { return inner(name) > 1; }))
      return note("several groups share a tile, which ours cannot: the tiler chooses tiles");
    if (std::any_of(taps.begin(), taps.end(), [&](const auto& name) { return is_cut(name); }))
      return note("the loops over DRAM cut the filter's taps, which ours cannot: the tiler chooses tiles");
    if (cuts_one_of_several())
      return note("one of several dimensions of a kind is cut, which ours cannot: the tiler chooses tiles");
    if (!m)
      return note(
          "a tile's outputs are neither a part of a row, nor rows, nor images: the tiler chooses tiles");
    const uint64_t n = inner(Role::filter), k = inner(Role::channel) * inner(Role::tap);
    YamlNode tile = map_at(dram_.where);
    add(tile, "m", number_at(dram_.where, *m));
    add(tile, "n", number_at(dram_.where, n));
    add(tile, "k", number_at(dram_.where, k));
    add(out, "tile", tile);
    note(fmt::format("below the loops over {} lies a tile of m {}, n {}, k {}", quoted(dram_.target), *m, n,
                     k));
  }

  /// Where several dimensions make one of ours, a part of one of them is no range of it.
  bool cuts_one_of_several() const {
    for (Role role : {Role::image, Role::filter, Role::channel}) {
      const auto names = shape_.names_of(role);
      if (names.size() > 1 &&
          std::any_of(names.begin(), names.end(), [&](const auto& name) { return is_cut(name); }))
        return true;
    }
    return false;
  }

  /// Outputs of a tile: part of a row, whole rows of an image, or whole images.
  std::optional<uint64_t> tile_m() const {
    const uint64_t images = inner(Role::image);
    if (shape_.axes.empty()) return images;
    const std::string columns = shape_.axes.back().pixel;
    const std::string rows = shape_.axes.size() == 2 ? shape_.axes[0].pixel : "";
    const uint64_t P = rows.empty() ? 1 : inner(rows), Q = inner(columns);
    const bool whole_row = !is_cut(columns), whole_image = whole_row && (rows.empty() || !is_cut(rows));
    if (!whole_image && images > 1) return std::nullopt;
    if (!whole_row && P > 1) return std::nullopt;
    return images * P * Q;
  }

  /// The order of the tile loops, where loops of one gemm dimension lie together and those of m as rows of
  /// images do.
  void add_order(YamlNode& out) {
    std::vector<GemmDim> order;
    std::vector<size_t> m_ranks;
    size_t loops = 0;
    for (auto name = dram_.order.rbegin(); name != dram_.order.rend(); ++name) {
      const auto dimension = std::find_if(shape_.dimensions.begin(), shape_.dimensions.end(),
                                          [&](const Dimension& other) { return other.name == *name; });
      if (!is_cut(*name)) continue;
      ++loops;
      if (dimension->role == Role::group) {
        if (!order.empty()) return note("groups are not the outermost loop: the tiler chooses the order");
        continue;
      }
      const GemmDim dim = gemm_dim_of(dimension->role);
      if (dim == GemmDim::m) m_ranks.push_back(rank_in_m(*name));
      if (!order.empty() && order.back() == dim) continue;
      if (std::find(order.begin(), order.end(), dim) != order.end())
        return note(
            fmt::format("loops of {} lie apart: the tiler chooses the order", name_of(kGemmDimNames, dim)));
      order.push_back(dim);
    }
    const auto cut = std::count_if(dram_.factors.begin(), dram_.factors.end(),
                                   [](const auto& factor) { return factor.second > 1; });
    if (loops != static_cast<size_t>(cut))
      return note("the permutation does not name all loops over DRAM: the tiler chooses the order");
    if (!std::is_sorted(m_ranks.begin(), m_ranks.end()))
      return note("outputs are not taken image by image, row by row: the tiler chooses the order");
    for (GemmDim dim : {GemmDim::m, GemmDim::n, GemmDim::k}) {
      if (std::find(order.begin(), order.end(), dim) == order.end()) order.push_back(dim);
    }
    std::vector<YamlNode> words;
    for (GemmDim dim : order) words.push_back(word_at(dram_.where, name_of(kGemmDimNames, dim)));
    add(out, "order", list_at(dram_.where, words));
  }

  /// Images before rows before columns.
  size_t rank_in_m(const std::string& name) const {
    for (size_t axis = 0; axis < shape_.axes.size(); ++axis) {
      if (shape_.axes[axis].pixel == name) return axis + 1;
    }
    return 0;
  }

  const ProblemShape& shape_;
  const ProblemSizes& sizes_;
  const LoopNest& dram_;
  std::vector<Note>& notes_;
};

/// The dataflow whose array has just these gemm dimensions on its rows and columns.
const DataflowTraits* dataflow_of(const std::vector<LoopNest>& nests, const ProblemShape& shape) {
  std::set<GemmDim> dims;
  for (const LoopNest& nest : nests) {
    for (const Dimension& dimension : shape.dimensions) {
      const bool is_spread = nest.is_spatial && nest.factors.at(dimension.name) > 1;
      if (is_spread && dimension.role == Role::group) return nullptr;
      if (is_spread) dims.insert(gemm_dim_of(dimension.role));
    }
  }
  const auto found = std::find_if(dataflows().begin(), dataflows().end(), [&](const DataflowTraits& traits) {
    return dims == std::set<GemmDim>{traits.rows, traits.cols};
  });
  return found == dataflows().end() ? nullptr : &*found;
}

}  // namespace

void add_mapping(const YamlNode& mapping, const ProblemShape& shape, const ProblemSizes& sizes,
                 YamlNode& layer, std::vector<Note>& notes) {
  const std::vector<LoopNest> nests = read_loop_nests(mapping, shape, sizes, notes);
  YamlNode out = map_at(layer.where);
  if (const LoopNest* dram = outermost_of(nests)) {
    out = MappingWriter(shape, sizes, *dram, notes).map();
  } else {
    notes.push_back(
        {0, "mapping: no temporal loops of a target named DRAM or main: the tiler chooses tiles and order"});
  }
  if (const DataflowTraits* traits = dataflow_of(nests, shape)) {
    add(out, "dataflow", word_at(out.where, traits->name));
    notes.push_back({0, fmt::format("mapping: spatial loops over {} and {} are those of {}",
                                    name_of(kGemmDimNames, traits->rows),
                                    name_of(kGemmDimNames, traits->cols), traits->name)});
  } else {
    notes.push_back({0, "mapping: the spatial loops are those of no dataflow: the array's stays"});
  }
  notes.push_back(
      {0, "mapping: loops of the levels between have no counterpart: the machine's buffers decide"});
  if (!out.entries.empty()) add(layer, "mapping", out);
}

}  // namespace systole
