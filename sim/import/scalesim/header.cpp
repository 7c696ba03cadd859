#include "sim/import/scalesim/header.h"

#include <fmt/format.h>

#include <cctype>

#include "sim/config/text.h"

namespace systole {
namespace {

struct Spelling {
  Column column;
  const char* title;                   ///< as SCALE-Sim's own files have it
  std::vector<const char*> spellings;  ///< letters only, in lower case
};

const std::vector<Spelling>& spellings() {
  static const std::vector<Spelling> kSpellings = {
      {Column::name, "Layer name", {"layername", "layer", "name"}},
      {Column::ifmap_h, "IFMAP Height", {"ifmapheight", "ifmaph"}},
      {Column::ifmap_w, "IFMAP Width", {"ifmapwidth", "ifmapw"}},
      {Column::filter_h, "Filter Height", {"filterheight", "filterh"}},
      {Column::filter_w, "Filter Width", {"filterwidth", "filterw"}},
      {Column::channels, "Channels", {"channels", "channel", "numchannels"}},
      {Column::filters, "Num Filter", {"numfilter", "numfilters", "filters"}},
      {Column::stride, "Strides", {"strides", "stride"}},
      {Column::stride_h, "Stride Height", {"strideheight", "strideh"}},
      {Column::stride_w, "Stride Width", {"stridewidth", "stridew"}},
      {Column::m, "M", {"m"}},
      {Column::n, "N", {"n"}},
      {Column::k, "K", {"k"}},
      {Column::batch, "Batch", {"batch", "batchsize"}},
      {Column::sparsity, "Sparsity", {"sparsity", "sparsityratio"}},
  };
  return kSpellings;
}

constexpr const char* kLegal =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides; or "
    "Layer, M, N, K";

std::optional<Column> column_of(const std::string& title) {
  std::string letters;
  for (char c : title) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0)
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const Spelling& spelling : spellings()) {
    for (const char* known : spelling.spellings) {
      if (letters == known) return spelling.column;
    }
  }
  return std::nullopt;
}

/// What contradicts the columns of a table.
std::vector<Column> others_than(bool is_gemm, bool has_stride) {
  if (!is_gemm) return has_stride ? std::vector<Column>{Column::stride_h} : std::vector<Column>{};
  return {Column::ifmap_h, Column::ifmap_w, Column::filter_h, Column::filter_w, Column::channels,
          Column::filters, Column::stride,  Column::stride_h, Column::stride_w};
}

}  // namespace

TopologyHeader::TopologyHeader(const CsvRow& row, std::vector<Note>& notes) {
  for (size_t i = 0; i < row.cells.size(); ++i) {
    titles_.push_back(row.cells[i].text);
    if (names(i)) take(i, row.cells[i], notes);
  }
  if (!names(0)) places_[static_cast<size_t>(Column::name)] = 0;
  is_gemm_ = has(Column::m) || has(Column::n) || has(Column::k);
  require(row.cells.front().where);
}

void TopologyHeader::take(size_t index, const YamlNode& cell, std::vector<Note>& notes) {
  std::optional<Column> column = column_of(cell.text);
  if (!column && index == 0) column = Column::name;
  if (!column) {
    notes.push_back({cell.where.line, fmt::format("the column {} is left out", quoted(cell.text))});
    return;
  }
  std::optional<size_t>& place = places_[static_cast<size_t>(*column)];
  if (place) {
    // Some files call both sizes of the input a width. SCALE-Sim goes by position: the first is the height.
    std::optional<size_t>& height = places_[static_cast<size_t>(Column::ifmap_h)];
    if (*column != Column::ifmap_w || height) {
      fail_at(cell.where, fmt::format("a second column {}, legal: {}", quoted(cell.text), kLegal));
    }
    height = place;
    notes.push_back({cell.where.line,
                     fmt::format("of two columns {} the first is taken as the height", quoted(cell.text))});
  }
  place = index;
}

void TopologyHeader::require(const Where& first) const {
  static const std::vector<Column> kGemm = {Column::name, Column::m, Column::n, Column::k};
  static const std::vector<Column> kConv = {Column::name,     Column::ifmap_h,  Column::ifmap_w,
                                            Column::filter_h, Column::filter_w, Column::channels,
                                            Column::filters};
  for (Column column : is_gemm_ ? kGemm : kConv) {
    if (!has(column)) fail_at(first, fmt::format("no column '{}', legal: {}", title(column), kLegal));
  }
  if (!is_gemm_ && !has(Column::stride) && !(has(Column::stride_h) && has(Column::stride_w)))
    fail_at(first, fmt::format("no column 'Strides', legal: {}", kLegal));
  for (Column column : others_than(is_gemm_, has(Column::stride))) {
    if (has(column))
      fail_at(first,
              fmt::format("the column {} beside the others, legal: {}", quoted(title(column)), kLegal));
  }
}

std::string TopologyHeader::title(Column column) const {
  return place(column) ? shortened(titles_[*place(column)]) : spellings()[static_cast<size_t>(column)].title;
}

}  // namespace systole
