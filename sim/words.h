#pragma once
// What a value holds as a row of numbers, so that types without operators of their own can be compared.
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace systole {

/// Two values of a type are equal where they give the same words. A struct is known by `words_of(value)`, a
/// tuple of references to its members; decomposing it there by structured bindings misses none. A pointer
/// stands for what it points to.
class Words {
  template <class T>
  struct is_shared_pointer : std::false_type {};
  template <class T>
  struct is_shared_pointer<std::shared_ptr<T>> : std::true_type {};

 public:
  void clear() { words_.clear(); }
  const std::vector<int64_t>& words() const { return words_; }

  template <class T>
  void add(const T& value) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      words_.push_back(static_cast<int64_t>(value));
    } else if constexpr (std::is_same_v<T, float>) {
      int32_t bits;
      std::memcpy(&bits, &value, sizeof bits);
      words_.push_back(bits);
    } else if constexpr (std::is_pointer_v<T> || is_shared_pointer<T>::value) {
      words_.push_back(value != nullptr);
      if (value != nullptr) add(*value);
    } else {
      std::apply([this](const auto&... member) { (add(member), ...); }, words_of(value));
    }
  }
  template <class T, size_t n>
  void add(const std::array<T, n>& values) {
    for (const T& value : values) add(value);
  }
  template <class T>
  void add(const std::vector<T>& values) {
    add(values.size());
    for (const T& value : values) add(value);
  }
  void add(const std::string& text) {
    add(text.size());
    for (char c : text) add(c);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  template <class... T>
  void add(const std::variant<T...>& value) {
    add(value.index());
    std::visit([this](const auto& held) { add(held); }, value);
  }

 private:
  std::vector<int64_t> words_;
};

}  // namespace systole
