#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace systole {

/// A list that keeps its room when emptied. Adding is a store and a count: making room is rare, and out of
/// the way of the step that adds.
template <class T>
class FlatList {
 public:
  bool empty() const { return size_ == 0; }
  uint32_t size() const { return size_; }
  void clear() { size_ = 0; }
  T& add(const T& item) {
    if (size_ == room_) grow();
    return items_[size_++] = item;
  }
  T& back() { return items_[size_ - 1]; }
  void drop_back() { --size_; }
  T& operator[](uint32_t i) { return items_[i]; }
  const T& operator[](uint32_t i) const { return items_[i]; }
  T* begin() { return items_.data(); }
  T* end() { return items_.data() + size_; }
  const T* begin() const { return items_.data(); }
  const T* end() const { return items_.data() + size_; }

 private:
  [[gnu::noinline]] void grow() { items_.resize(room_ = std::max(uint32_t{8}, 2 * room_)); }

  std::vector<T> items_;  ///< `room_` of them; the first `size_` count
  uint32_t size_ = 0, room_ = 0;
};

}  // namespace systole
