#pragma once
// A step's products summed pairwise, neighbours first, an odd last one carried to the next round; the step's
// sum is then added.
#include "models/number/sum/lanes.h"

namespace systole {

struct PairwiseSteps {
  static constexpr bool kOneByOne = false;

  /// sum + the products of x[z * xs] and y[z * ys] for a step's z: kDepth of them, or, if that is 0, `depth`.
  template <class T, uint32_t kDepth>
  static SYSTOLE_INLINE T added(T sum, const T* x, std::size_t xs, const T* y, std::size_t ys,
                                uint32_t depth) {
    if constexpr (kDepth != 0) {
      return sum + product_sum<T, kDepth>(x, xs, y, ys);
    } else {
      T products[kMaxDepth];
      for (uint32_t z = 0; z < depth; ++z) products[z] = x[z * xs] * y[z * ys];
      return sum + pairwise_sum(products, depth);
    }
  }

  /// The same for kLanes lanes: of x side by side, of the rows of a panel whose lanes begin at y.
  template <class T, uint32_t kDepth, uint32_t kLanes>
  static SYSTOLE_INLINE void add(const T* x, const Lane* y, uint32_t depth, Lanes<T, kLanes>& sum) {
    Lanes<T, kLanes> products;
    if constexpr (kDepth == 0) {
      add_products_any<T, kLanes>(x, y, depth, products);
    } else {
      add_products<T, kDepth, kLanes>(x, y, products);
    }
    sum = sum + products;
  }

 private:
  template <class T>
  static SYSTOLE_INLINE T pairwise_sum(T* values, uint32_t n) {
    while (n > 1) {
      const uint32_t half = n / 2;
      for (uint32_t i = 0; i < half; ++i) values[i] = values[2 * i] + values[2 * i + 1];
      if (n % 2 != 0) values[half] = values[n - 1];
      n = half + n % 2;
    }
    return values[0];
  }

  /// Of a power of two of products, in a form that vectorises.
  template <class T, uint32_t kDepth>
  static SYSTOLE_INLINE T product_sum(const T* x, std::size_t xs, const T* y, std::size_t ys) {
    if constexpr (kDepth == 1) {
      return *x * *y;
    } else {
      constexpr uint32_t kHalf = kDepth / 2;
      return product_sum<T, kHalf>(x, xs, y, ys) +
             product_sum<T, kHalf>(x + kHalf * xs, xs, y + kHalf * ys, ys);
    }
  }

  template <class T, uint32_t kDepth, uint32_t kLanes>
  static SYSTOLE_INLINE void add_products(const T* x, const Lane* y, Lanes<T, kLanes>& to) {
    if constexpr (kDepth == 1) {
      to = *x * lanes_at<T, kLanes>(y);
    } else {
      Lanes<T, kLanes> second;
      add_products<T, kDepth / 2, kLanes>(x, y, to);
      add_products<T, kDepth / 2, kLanes>(x + kDepth / 2, y + kDepth / 2 * kBlockLanes, second);
      to = to + second;
    }
  }

  template <class T, uint32_t kLanes>
  static SYSTOLE_INLINE void add_products_any(const T* x, const Lane* y, uint32_t depth,
                                              Lanes<T, kLanes>& to) {
    Lanes<T, kLanes> products[kMaxDepth];
    products[0] = x[0] * lanes_at<T, kLanes>(y);
    for (uint32_t z = 1; z < depth; ++z) products[z] = x[z] * lanes_at<T, kLanes>(y + z * kBlockLanes);
    for (uint32_t n = depth; n > 1; n = n / 2 + n % 2) {
      for (uint32_t i = 0; i < n / 2; ++i) products[i] = products[2 * i] + products[2 * i + 1];
      if (n % 2 != 0) products[n / 2] = products[n - 1];
    }
    to = products[0];
  }
};

}  // namespace systole
