#include "sim/reference/ordered.h"

#include <algorithm>
#include <type_traits>

#include "sim/reference/ordered_kernel.h"
#include "sim/reference/packed_order.h"
#include "sim/reference/post_ops.h"
#include "sim/reference/stored_numbers.h"
#include "sim/reference/wide_sums.h"
#include "sim/share.h"

namespace systole {
namespace {

constexpr uint64_t kTaskRows = 1024;  // packing the weights again for each is then below 5 %
constexpr uint64_t kWeightPanelElements = 1
                                          << 20;  // packed weights of a task: stay in the second-level cache

/// `Stored` is the operand's format in memory, `Number` what it is computed in.
template <class Stored, class Number>
class OrderedGemm {
 public:
  /// `by_rule`: adds the products instead of accumulate().
  OrderedGemm(const Problem& problem, const PackedOrder& order, const TensorData& data, Number zero_product,
              Number* sums, const WideRule* by_rule = nullptr)
      : p_(problem),
        order_(order),
        by_rule_(by_rule),
        input_(reinterpret_cast<const Stored*>(data.input.data())),
        weight_(reinterpret_cast<const Stored*>(data.weight.data())),
        zero_product_(zero_product),
        sums_(sums) {
    for (const PackedProduct& product : order.products) {
      reach_y_ = std::max(reach_y_, product.dy);
      reach_x_ = std::max(reach_x_, product.dx);
    }
    const uint64_t fitting = kWeightPanelElements / std::max<uint64_t>(1, order.products.size());
    task_cols_ = std::max<uint64_t>(1, fitting / kKernelCols) * kKernelCols;
    row_tasks_ = (p_.gemm_m() + kTaskRows - 1) / kTaskRows;
    col_tasks_ = (p_.M + task_cols_ - 1) / task_cols_;
  }

  uint64_t tasks() const { return p_.groups * row_tasks_ * col_tasks_; }

  void operator()(uint64_t task) {
    const uint64_t group = task / (row_tasks_ * col_tasks_);
    const uint64_t first_row = task / col_tasks_ % row_tasks_ * kTaskRows;
    const uint64_t first_col = task % col_tasks_ * task_cols_;
    const uint64_t last_row = std::min(first_row + kTaskRows, p_.gemm_m());
    const uint64_t last_col = std::min<uint64_t>(first_col + task_cols_, p_.M);
    pack_weights(group, first_col, last_col);
    for (uint64_t row = first_row; row < last_row; row += kKernelRows) {
      const auto rows = static_cast<uint32_t>(std::min<uint64_t>(kKernelRows, last_row - row));
      pack_inputs(group, row, rows);
      uint64_t packed = 0;
      for (uint64_t col = first_col; col < last_col; col += kKernelCols) {
        const auto cols = static_cast<uint32_t>(std::min<uint64_t>(kKernelCols, last_col - col));
        sum_block(rows, cols, packed_weight_.data() + packed);
        store_block(group, row, rows, col, cols);
        packed += order_.products.size() * whole_lanes(cols);
      }
    }
  }

 private:
  static uint32_t whole_lanes(uint32_t cols) { return (cols + kKernelLane - 1) / kKernelLane * kKernelLane; }

  /// The filters of a task, in panels of kKernelCols: [panel][product][column].
  void pack_weights(uint64_t group, uint64_t first, uint64_t last) {
    packed_weight_.clear();
    for (uint64_t col = first; col < last; col += kKernelCols) {
      const auto cols = static_cast<uint32_t>(std::min<uint64_t>(kKernelCols, last - col));
      pack_panel(weight_ + group * p_.weight.group + col * p_.weight.filter, cols);
    }
  }

  void pack_panel(const Stored* filters, uint32_t cols) {
    const uint32_t padded = whole_lanes(cols);
    const size_t start = packed_weight_.size();
    packed_weight_.resize(start + order_.products.size() * padded);
    Number* out = packed_weight_.data() + start;
    // Chunk by chunk, so that both the strided side and the packed side stay in the first-level cache.
    for (uint32_t chunk = 0; chunk < order_.chunks(); ++chunk, out += order_.chunk * padded) {
      const PackedProduct* products = order_.products.data() + chunk * order_.chunk;
      if (order_.in_a_row[chunk]) {
        with_run([&](auto count) {
          for (uint32_t col = 0; col < cols; ++col) {
            const Stored* run = filters + col * p_.weight.filter + products->weight_offset;
            for (uint32_t k = 0; k < count; ++k) out[k * padded + col] = static_cast<Number>(run[k]);
          }
        });
        continue;
      }
      for (uint32_t col = 0; col < cols; ++col) {
        const Stored* filter = filters + col * p_.weight.filter;
        for (uint32_t k = 0; k < order_.chunk; ++k) {
          out[k * padded + col] =
              products[k].fill ? zero_product_ : static_cast<Number>(filter[products[k].weight_offset]);
        }
      }
    }
  }

  /// The windows of a block of outputs: [chunk][row][product]. Outside the image and in fill there are zeros.
  void pack_inputs(uint64_t group, uint64_t first, uint32_t rows) {
    packed_input_.resize(order_.products.size() * kKernelRows);
    for (uint32_t row = 0; row < rows; ++row) {
      const uint64_t m = first + row, q = m % p_.Q, p = m / p_.Q % p_.P, image = m / p_.Q / p_.P;
      const int64_t y = static_cast<int64_t>(p * p_.stride_h) - p_.pad_top;
      const int64_t x = static_cast<int64_t>(q * p_.stride_w) - p_.pad_left;
      const int64_t origin = static_cast<int64_t>(group * p_.input.group + image * p_.input.image) +
                             y * static_cast<int64_t>(p_.input.row) +
                             x * static_cast<int64_t>(p_.input.pixel);
      const bool inside = y >= 0 && x >= 0 && y + reach_y_ < p_.H && x + reach_x_ < p_.W;
      for (uint32_t chunk = 0; chunk < order_.chunks(); ++chunk) {
        const PackedProduct* products = order_.products.data() + chunk * order_.chunk;
        Number* out = packed_input_.data() + (chunk * kKernelRows + row) * order_.chunk;
        const PackedProduct& last = products[order_.chunk - 1];
        const bool one_pixel = last.dy == products->dy && last.dx == products->dx;
        if (order_.in_a_row[chunk] && (inside || one_pixel)) {
          const bool stored = inside || contains(y + last.dy, x + last.dx);
          const Stored* run = input_ + origin + products->input_offset;
          with_run([&](auto count) {
            for (uint32_t k = 0; k < count; ++k) out[k] = stored ? static_cast<Number>(run[k]) : Number{0};
          });
          continue;
        }
        for (uint32_t k = 0; k < order_.chunk; ++k) {
          const PackedProduct& product = products[k];
          const bool stored = !product.fill && (inside || contains(y + product.dy, x + product.dx));
          out[k] = stored ? static_cast<Number>(input_[origin + product.input_offset]) : Number{0};
        }
      }
    }
  }

  /// `copy` with the products of a chunk, a constant where they are few.
  template <class Copy>
  void with_run(const Copy& copy) const {
    constexpr uint32_t kFew = 8;
    order_.chunk == kFew ? copy(std::integral_constant<uint32_t, kFew>{}) : copy(order_.chunk);
  }

  bool contains(int64_t y, int64_t x) const { return y >= 0 && y < p_.H && x >= 0 && x < p_.W; }

  /// Segment sums are added to the totals one after the other; every sum starts at the neutral product. To
  /// that the first segment's sum would be added, which changes nothing: it is summed where the total lies.
  void sum_block(uint32_t rows, uint32_t cols, const Number* weight) {
    const uint32_t padded = whole_lanes(cols);
    uint32_t chunk = 0;
    for (size_t segment = 0; segment < order_.segment_end.size(); ++segment) {
      const uint32_t end = order_.segment_end[segment];
      Number* sums = chunk == 0 ? total_ : segment_;
      std::fill_n(sums, kKernelRows * padded, zero_product_);
      const KernelShape shape = {order_.step, order_.chunk, end - chunk, rows, padded};
      const Number* input = packed_input_.data() + uint64_t{chunk} * kKernelRows * order_.chunk;
      const Number* weights = weight + uint64_t{chunk} * order_.chunk * padded;
      if constexpr (std::is_same_v<Number, float>) {
        by_rule_ ? accumulate(*by_rule_, shape, order_.last_products[segment], input, weights, sums)
                 : accumulate(shape, input, weights, sums);
      } else {
        accumulate(shape, input, weights, sums);
      }
      for (uint32_t i = 0; sums == segment_ && i < rows * padded; ++i) total_[i] = total_[i] + segment_[i];
      chunk = end;
    }
  }

  void store_block(uint64_t group, uint64_t first, uint32_t rows, uint64_t col, uint32_t cols) {
    const uint32_t padded = whole_lanes(cols);
    for (uint32_t row = 0; row < rows; ++row) {
      const uint64_t m = first + row, q = m % p_.Q, p = m / p_.Q % p_.P, image = m / p_.Q / p_.P;
      Number* out = sums_ + group * p_.output.group + image * p_.output.image + p * p_.output.row +
                    q * p_.output.pixel + col * p_.output.channel;
      for (uint32_t i = 0; i < cols; ++i) out[i * p_.output.channel] = total_[row * padded + i];
    }
  }

  const Problem& p_;
  const PackedOrder& order_;
  const WideRule* by_rule_;
  const Stored* input_;
  const Stored* weight_;
  Number zero_product_;  ///< a weight that makes 0 * weight the neutral element of the sum
  Number* sums_;
  int32_t reach_y_ = 0, reach_x_ = 0;
  uint64_t task_cols_ = 0, row_tasks_ = 0, col_tasks_ = 0;
  std::vector<Number> packed_input_, packed_weight_;
  Number segment_[kKernelRows * kKernelCols], total_[kKernelRows * kKernelCols];
};

}  // namespace

std::vector<float> ordered_sums_fp32(const Problem& problem, const AccumulationOrder& order,
                                     const ProductFormats& stored, const TensorData& data, unsigned threads) {
  const PackedOrder packed = pack_order(problem, order);
  std::vector<float> sums(problem.output_elements());
  const std::optional<WideRule> wide = wide_rule(order.summation, stored);
  const OrderedGemm<float, float> gemm(problem, packed, data, -0.0F, sums.data(), wide ? &*wide : nullptr);
  share(gemm.tasks(), threads, gemm);
  return sums;
}

std::vector<int32_t> ordered_sums_integer(const Problem& problem, const TensorData& data, unsigned threads) {
  const PackedOrder packed = pack_order(problem, natural_order(problem));
  std::vector<int32_t> sums(problem.output_elements());
  const auto sum_of = [&](auto stored) {
    // Signed and unsigned variants of a type may alias, and unsigned sums wrap.
    const OrderedGemm<decltype(stored), uint32_t> gemm(problem, packed, data, 0,
                                                       reinterpret_cast<uint32_t*>(sums.data()));
    share(gemm.tasks(), threads, gemm);
  };
  problem.formats.input == Format::int8 ? sum_of(int8_t{}) : sum_of(int32_t{});
  return sums;
}

std::vector<uint8_t> ordered_reference(const Problem& problem, const AccumulationOrder& order,
                                       const TensorData& data, unsigned threads) {
  const WideLayer wide(problem, data);
  const Format output = problem.formats.output;
  if (problem.formats.is_float()) {
    const std::vector<float> sums =
        ordered_sums_fp32(wide.problem(), order, problem.formats.products(), wide.data(), threads);
    return stored_as(output, finish(problem, sums, data.bias));
  }
  return stored_as(output,
                   finish(problem, ordered_sums_integer(wide.problem(), wide.data(), threads), data.bias));
}

}  // namespace systole
