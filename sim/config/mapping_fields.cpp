#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

constexpr Range kTile = {1, 1 << 24};

Field<MappingRequest> order_field() {
  return {"order",
          "a list of m, n and k, outermost first",
          "order of the tile loops",
          {{"type", "array"}, {"items", {{"enum", listed(kGemmDimNames)}}}, {"minItems", 3}, {"maxItems", 3}},
          [](const YamlNode& node, MappingRequest& out) {
            const std::vector<std::string> names = listed(kGemmDimNames);
            std::vector<bool> seen(names.size());
            if (node.items.size() != names.size()) return false;
            for (const YamlNode& item : node.items) {
              const auto index = index_in(names, item);
              if (!index || seen[*index]) return false;
              seen[*index] = true;
              out.order.push_back(static_cast<GemmDim>(*index));
            }
            return true;
          },
          [](const MappingRequest& in) {
            Json list;
            for (GemmDim dim : in.order) list.push_back(name_of(kGemmDimNames, dim));
            return list;
          }};
}

Table<MappingRequest> tile_table() {
  using F = FieldOf<MappingRequest>;
  return {
      F::integer("m", &MappingRequest::tile_m, kTile, "rows of a tile"),
      F::integer("n", &MappingRequest::tile_n, kTile, "columns of a tile"),
      F::integer("k", &MappingRequest::tile_k, kTile, "depth of a tile"),
  };
}

/// `mapping.dataflow` is the layer's dataflow in another place.
Field<Layer> mapped_dataflow_field() {
  Field<Layer> field = dataflow_field();
  const auto read = field.read;
  field.read = [read](const YamlNode& node, Layer& out) {
    const std::optional<Dataflow> earlier = out.dataflow;
    read(node, out);
    if (earlier && earlier != out.dataflow) {
      fail_value(node, "mapping.dataflow",
                 fmt::format("got {}, legal: the layer's dataflow {}, or one of the two keys",
                             node.described(), traits_of(*earlier).name));
    }
    return true;
  };
  field.write = [](const Layer&) { return Json(); };
  return field;
}

}  // namespace

Field<Layer> mapping_field() {
  using F = FieldOf<Layer>;
  const auto self = [](auto& request) -> auto& { return request; };
  Table<Layer> table =
      lifted<Layer>({FieldOf<MappingRequest>::section("tile", self, tile_table(), "sizes in gemm dimensions"),
                     order_field()},
                    &Layer::mapping);
  table.insert(table.begin(), mapped_dataflow_field());
  Field<Layer> field =
      F::section("mapping", self, table, "what of the mapping is fixed; the tiler fills the rest");
  const auto write = field.write;
  field.write = [write](const Layer& in) {
    Json map = write(in);
    if (map["tile"].empty()) map.erase("tile");
    return map.empty() ? Json() : map;
  };
  return field;
}

}  // namespace systole
