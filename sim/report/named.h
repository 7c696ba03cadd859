#pragma once
#include <array>
#include <nlohmann/json.hpp>

namespace systole {

/// An object with a count for each name.
template <class Count, size_t N>
nlohmann::ordered_json named(const std::array<const char*, N>& names, const std::array<Count, N>& counts) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (size_t i = 0; i < N; ++i) json[names[i]] = counts[i];
  return json;
}

/// Of the counts of an object or a list.
inline double sum_of(const nlohmann::ordered_json& counts) {
  double sum = 0;
  for (const nlohmann::ordered_json& count : counts) sum += count.get<double>();
  return sum;
}

}  // namespace systole
