#include "sim/import/scalesim/topology.h"

#include <fmt/format.h>

#include <filesystem>

#include "sim/config/scalars.h"
#include "sim/config/text.h"
#include "sim/import/names.h"
#include "sim/import/nodes.h"
#include "sim/import/scalesim/conv_row.h"
#include "sim/import/scalesim/header.h"

namespace systole {
namespace {

/// A line of the table that is no layer: a heading, or a comment.
bool is_aside(const CsvRow& row) {
  if (row.text(0).rfind('#', 0) == 0) return true;
  return !row.text(0).empty() && std::all_of(row.cells.begin() + 1, row.cells.end(),
                                             [](const auto& cell) { return cell.text.empty(); });
}

class TopologyReader {
 public:
  TopologyReader(const CsvRow& header, const TopologyOptions& options, std::vector<Note>& notes)
      : header_(header, notes), options_(options), notes_(notes), names_(notes) {}

  bool is_gemm() const { return header_.is_gemm(); }

  YamlNode layer(const CsvRow& row) {
    const std::string title = row.text(*header_.place(Column::name));
    YamlNode map = map_at(row.where(0));
    add(map, "name", text_at(row.where(0), names_.unique(title, row.line())));
    const auto stray_stride = check_rest(row);
    check_sparsity(row);
    if (header_.is_gemm()) {
      add_gemm(row, map);
    } else {
      add_conv_row(conv_row(row, title, stray_stride), options_, map, notes_);
    }
    return map;
  }

 private:
  SourceSize size(const CsvRow& row, Column column) const {
    const size_t place = *header_.place(column);
    YamlNode value = word_at(row.where(place), row.text(place));
    return {size_of(value, header_.title(column)), value.where};
  }

  SourceSize size_or(const CsvRow& row, Column column, uint64_t otherwise) const {
    return header_.has(column) ? size(row, column) : SourceSize{otherwise, row.where(0)};
  }

  void add_gemm(const CsvRow& row, YamlNode& map) const {
    add(map, "type", word_at(row.where(0), "gemm"));
    for (const auto& [key, column] : {std::pair("m", Column::m), {"n", Column::n}, {"k", Column::k}}) {
      const SourceSize value = size(row, column);
      add(map, key, number_at(value.where, value.value));
    }
    const SourceSize batch = size_or(row, Column::batch, 1);
    if (batch.value > 1) add(map, "batch", number_at(batch.where, batch.value));
  }

  ConvRow conv_row(const CsvRow& row, const std::string& title, std::optional<size_t> stray_stride) const {
    ConvRow conv;
    conv.title = title;
    conv.where = row.where(0);
    conv.H = size(row, Column::ifmap_h), conv.W = size(row, Column::ifmap_w);
    conv.R = size(row, Column::filter_h), conv.S = size(row, Column::filter_w);
    conv.C = size(row, Column::channels), conv.M = size(row, Column::filters);
    conv.N = size_or(row, Column::batch, 1);
    conv.stride_h = size(row, header_.has(Column::stride) ? Column::stride : Column::stride_h);
    conv.stride_w = header_.has(Column::stride_w) ? size(row, Column::stride_w) : conv.stride_h;
    if (stray_stride) {
      const YamlNode& cell = row.cells[*stray_stride];
      conv.stride_w = {size_of(cell, "the horizontal stride"), cell.where};
    }
    return conv;
  }

  /// Cells of columns without a name are blank, comments, or the horizontal stride: SCALE-Sim takes a number
  /// behind the strides as that. Returns where it stands.
  std::optional<size_t> check_rest(const CsvRow& row) const {
    std::optional<size_t> stride;
    for (size_t i = 1; i < row.cells.size(); ++i) {
      const std::string& text = row.cells[i].text;
      if (text.empty() || header_.names(i)) continue;
      const bool follows_stride = header_.has(Column::stride) && i == *header_.place(Column::stride) + 1;
      if (text[0] == '#') {
        notes_.push_back({row.line(), fmt::format("the comment {} is left out", quoted(text))});
      } else if (follows_stride && !header_.has(Column::stride_w)) {
        stride = i;
        notes_.push_back(
            {row.line(), fmt::format("{} behind the strides is the horizontal stride, as SCALE-Sim "
                                     "takes it",
                                     quoted(text))});
      } else {
        fail_at(row.where(i),
                fmt::format("got {} in a column without a name, legal: nothing, or a comment that "
                            "begins with '#'",
                            quoted(text)));
      }
    }
    return stride;
  }

  void check_sparsity(const CsvRow& row) const {
    if (!header_.has(Column::sparsity)) return;
    const size_t place = *header_.place(Column::sparsity);
    const std::string text = row.text(place);
    if (text.empty()) return;
    const size_t colon = text.find(':');
    const auto kept = parse_unsigned(text.substr(0, colon));
    const auto block = parse_unsigned(colon == std::string::npos ? "" : text.substr(colon + 1));
    if (!kept || !block || *kept < 1 || *kept > *block) {
      fail_at(row.where(place), fmt::format("{}: got {}, legal: N:M, N of M weights kept, 1 <= N <= M",
                                            header_.title(Column::sparsity), quoted(text)));
    }
    if (*kept == *block) return;
    notes_.push_back(
        {row.line(), fmt::format("the sparsity {} has no counterpart, all weights are kept", text)});
  }

  TopologyHeader header_;
  const TopologyOptions& options_;
  std::vector<Note>& notes_;
  UniqueNames names_;
};

}  // namespace

Topology import_topology(const std::string& path, const std::string& text, const TopologyOptions& options) {
  const std::vector<CsvRow> rows = csv_rows(text, path);
  const Where file = {std::make_shared<const std::string>(path), 0, 0};
  if (rows.empty()) fail_at(file, "is empty, legal: a SCALE-Sim topology");
  Topology topology;
  Imported& imported = topology.imported;
  TopologyReader reader(rows.front(), options, imported.notes);
  std::vector<YamlNode> layers;
  for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
    if (is_aside(*row)) {
      imported.notes.push_back(
          {row->line(), fmt::format("{} is no layer and left out", quoted(row->text(0)))});
    } else {
      layers.push_back(reader.layer(*row));
    }
  }
  if (layers.empty()) fail_at(file, "holds no layer, legal: at least one below the first line");
  topology.is_gemm = reader.is_gemm();
  imported.origin =
      fmt::format("{}, a SCALE-Sim topology of {}", std::filesystem::path(path).filename().string(),
                  topology.is_gemm ? "matrix products" : "convolutions");
  if (!topology.is_gemm) imported.notes.insert(imported.notes.begin(), {0, sizes_note(options)});
  imported.root = map_at(file);
  add(imported.root, "name", text_at(file, name_of_file(path, "topology")));
  add(imported.root, "layers", list_at(file, layers));
  check_workload(imported);
  return topology;
}

}  // namespace systole
