#include "sim/report/terminal/array_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "sim/report/terminal/table.h"

namespace systole {
namespace {

constexpr uint64_t kMostNumbers = 256;

std::string number_text(const NamedArray& array, uint64_t index) {
  const NumberFormat& format = traits_of(array.format);
  Lane lane;
  format.load_run(array.bytes.data(), static_cast<int64_t>(index * format.bits), format.bits, 1, &lane, 1);
  if (!format.is_float()) return fmt::format("{}", static_cast<int32_t>(lane));
  float number;
  std::memcpy(&number, &lane, sizeof number);
  return fmt::format("{:.6g}", number);
}

/// The place of a block of rows: "[2, 0]:" of the axes before the last two.
std::string place_text(uint64_t block, const std::vector<uint64_t>& outer) {
  std::vector<uint64_t> place(outer.size());
  for (size_t axis = outer.size(); axis-- > 0; block /= outer[axis]) place[axis] = block % outer[axis];
  return fmt::format("  [{}]:\n", fmt::join(place, ", "));
}

}  // namespace

std::string array_text(const NamedArray& array) {
  uint64_t count = 1;
  for (uint64_t extent : array.shape) count *= extent;
  std::string text = fmt::format("{}, {}", array.name, fmt::join(array.shape, " x "));
  if (count > kMostNumbers) return text + fmt::format(": more than {} numbers, see --dump\n", kMostNumbers);
  text += "\n";
  std::vector<uint64_t> shape = array.shape;
  shape.erase(std::remove(shape.begin(), shape.end(), 1), shape.end());
  const uint64_t columns = shape.empty() ? 1 : shape.back();
  const uint64_t rows = shape.size() < 2 ? 1 : shape[shape.size() - 2];
  const std::vector<uint64_t> outer(shape.begin(), shape.size() < 2 ? shape.begin() : shape.end() - 2);
  size_t width = 0;
  std::vector<std::string> numbers;
  for (uint64_t i = 0; i < count; ++i) {
    numbers.push_back(number_text(array, i));
    width = std::max(width, numbers.back().size());
  }
  for (uint64_t i = 0; i < count; ++i) {
    if (i % (rows * columns) == 0 && !outer.empty()) text += place_text(i / (rows * columns), outer);
    text += (i % columns == 0 ? "  " : " ") + right(numbers[i], width);
    if ((i + 1) % columns == 0) text += "\n";
  }
  return text;
}

}  // namespace systole
