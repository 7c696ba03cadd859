#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sim/import/imported.h"
#include "sim/import/scalesim/csv.h"

namespace systole {

/// What a column of a topology holds.
enum class Column {
  name,
  ifmap_h,
  ifmap_w,
  filter_h,
  filter_w,
  channels,
  filters,
  stride,
  stride_h,
  stride_w,
  m,
  n,
  k,
  batch,
  sparsity
};
inline constexpr size_t kColumnCount = 15;

/// The first line of a topology: which column holds what, however it is spelled.
class TopologyHeader {
 public:
  /// Notes what it leaves out. Throws UserError where a column that is needed has no name.
  TopologyHeader(const CsvRow& row, std::vector<Note>& notes);

  bool is_gemm() const { return is_gemm_; }
  bool has(Column column) const { return place(column).has_value(); }
  const std::optional<size_t>& place(Column column) const { return places_[static_cast<size_t>(column)]; }
  /// Whether the file names the column, one of ours or another.
  bool names(size_t column) const { return column < titles_.size() && !titles_[column].empty(); }
  /// The column's name in the file, for messages.
  std::string title(Column column) const;
  size_t columns() const { return titles_.size(); }

 private:
  void take(size_t index, const YamlNode& cell, std::vector<Note>& notes);
  void require(const Where& first) const;

  std::array<std::optional<size_t>, kColumnCount> places_;
  std::vector<std::string> titles_;
  bool is_gemm_ = false;
};

}  // namespace systole
