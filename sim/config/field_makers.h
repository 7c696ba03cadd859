#pragma once
// The makers of fields for plain values: each ties a key to a member, a range and a way to read and write it.
#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/fields.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"

namespace systole {

/// Which whole numbers are legal.
struct Range {
  uint64_t min = 0, max = 0;
  uint64_t power_of_two_times = 0;  ///< not 0: only this number times a power of two

  bool has(uint64_t value) const;
  std::string suffix() const;
};

/// A scalar's text; `plain`: quoted ones are none.
std::optional<std::string> scalar_text(const YamlNode& value, bool plain);
/// The index of the scalar among `names`.
std::optional<size_t> index_in(const std::vector<std::string>& names, const YamlNode& value);
[[noreturn]] void fail_choice(const YamlNode& value, const std::string& key,
                              const std::vector<std::string>& legal);

template <class T, class Value>
void assign_to(T& member, Value value) {
  member = static_cast<T>(value);
}
template <class T, class Value>
void assign_to(std::optional<T>& member, Value value) {
  member = static_cast<T>(value);
}
template <class T>
Json json_of(const T& member) {
  return member;
}
/// The shortest decimal that reads back as the same float.
inline Json json_of(float member) { return *parse_real(fmt::format("{}", member)); }
/// 1333333 -> 1333.333, 1000000 -> 1000
inline Json json_of_thousandths(uint64_t value) {
  return value % 1000 == 0 ? Json(value / 1000) : Json(static_cast<double>(value) / 1000);
}
template <class T>
Json json_of(const std::optional<T>& member) {
  return member ? json_of(*member) : Json();
}
inline Json json_of_bytes(uint64_t bytes) { return bytes_text(bytes); }
inline Json json_of_bytes(const std::optional<uint64_t>& bytes) {
  return bytes ? json_of_bytes(*bytes) : Json();
}
template <class T>
Json named(const T& member, const std::vector<std::string>& names) {
  return names[static_cast<size_t>(member)];
}
template <class T>
Json named(const std::optional<T>& member, const std::vector<std::string>& names) {
  return member ? named(*member, names) : Json();
}

/// The makers of fields of S. `get` is a member pointer, or a callable that returns a reference into S.
template <class S>
struct FieldOf {
  template <class Get>
  static Field<S> integer(const char* key, Get get, Range range, const char* description) {
    return {key,
            fmt::format("an integer from {} to {}{}", range.min, range.max, range.suffix()),
            description,
            {{"type", "integer"}, {"minimum", range.min}, {"maximum", range.max}},
            [get, range](const YamlNode& node, S& out) {
              const auto text = scalar_text(node, true);
              const auto value = text ? parse_unsigned(*text) : std::nullopt;
              if (!value || !range.has(*value)) return false;
              assign_to(std::invoke(get, out), *value);
              return true;
            },
            [get](const S& in) { return json_of(std::invoke(get, in)); }};
  }

  /// A whole number of either sign.
  template <class Get>
  static Field<S> whole(const char* key, Get get, int64_t min, int64_t max, const char* description) {
    return {key,
            fmt::format("an integer from {} to {}", min, max),
            description,
            {{"type", "integer"}, {"minimum", min}, {"maximum", max}},
            [get, min, max](const YamlNode& node, S& out) {
              const auto text = scalar_text(node, true);
              const bool negative = text && !text->empty() && text->front() == '-';
              const auto magnitude = text ? parse_unsigned(negative ? text->substr(1) : *text) : std::nullopt;
              if (!magnitude || *magnitude > uint64_t{1} << 32) return false;
              const auto value = static_cast<int64_t>(*magnitude) * (negative ? -1 : 1);
              if (value < min || value > max) return false;
              assign_to(std::invoke(get, out), value);
              return true;
            },
            [get](const S& in) { return json_of(std::invoke(get, in)); }};
  }

  template <class Get>
  static Field<S> bytes(const char* key, Get get, Range range, const char* description) {
    return {key,
            fmt::format("a size such as 128KiB, from {} to {}{}", bytes_text(range.min),
                        bytes_text(range.max), range.suffix()),
            description,
            {{"type", {"string", "integer"}}, {"pattern", "^[0-9]+(B|KiB|MiB|GiB)?$"}},
            [get, range](const YamlNode& node, S& out) {
              const auto text = scalar_text(node, false);
              const auto value = text ? parse_bytes(*text) : std::nullopt;
              if (!value || !range.has(*value)) return false;
              assign_to(std::invoke(get, out), *value);
              return true;
            },
            [get](const S& in) { return json_of_bytes(std::invoke(get, in)); }};
  }

  template <class Get>
  static Field<S> boolean(const char* key, Get get, const char* description) {
    return {key,
            "true or false",
            description,
            {{"type", "boolean"}},
            [get](const YamlNode& node, S& out) {
              const auto text = scalar_text(node, true);
              if (text != "true" && text != "false") return false;
              std::invoke(get, out) = text == "true";
              return true;
            },
            [get](const S& in) -> Json { return std::invoke(get, in); }};
  }

  /// A text that `is_legal` takes.
  template <class Get>
  static Field<S> text(const char* key, Get get, bool (*is_legal)(const std::string&), const char* legal,
                       const char* description) {
    return {key,
            legal,
            description,
            {{"type", "string"}},
            [get, is_legal](const YamlNode& node, S& out) {
              const auto value = scalar_text(node, false);
              if (!value || !is_legal(*value)) return false;
              std::invoke(get, out) = *value;
              return true;
            },
            [get](const S& in) { return json_of(std::invoke(get, in)); }};
  }

  /// An enumerator (or an optional one) by its name; `names` in the order of the enumeration.
  template <class Get>
  static Field<S> choice(const char* key, Get get, std::vector<std::string> names, const char* description) {
    return {key,
            joined(names),
            description,
            {{"enum", names}},
            [get, names, key](const YamlNode& node, S& out) {
              const auto index = index_in(names, node);
              if (!index) fail_choice(node, key, names);
              assign_to(std::invoke(get, out), *index);
              return true;
            },
            [get, names](const S& in) { return named(std::invoke(get, in), names); }};
  }

  /// A clock in MHz, kept in whole kHz.
  template <class Get>
  static Field<S> clock(const char* key, Get get, const char* description) {
    return {key,
            "a clock from 1 to 20000 MHz, down to a kHz",
            description,
            {{"type", "number"}, {"minimum", 1}, {"maximum", 20000}},
            [get](const YamlNode& node, S& out) {
              const auto text = scalar_text(node, true);
              const auto mhz = text ? parse_fraction(*text) : std::nullopt;
              if (!mhz || mhz->num < mhz->den || mhz->num / 20000 > mhz->den || 1000 % mhz->den != 0)
                return false;
              const uint64_t khz = mhz->num * (1000 / mhz->den);
              if (khz > 20000000) return false;
              std::invoke(get, out) = khz;
              return true;
            },
            [get](const S& in) { return json_of_thousandths(std::invoke(get, in)); }};
  }

  template <class Get>
  static Field<S> real(const char* key, Get get, double min, double max, const char* description) {
    return {key,
            fmt::format("a number from {} to {}", min, max),
            description,
            {{"type", "number"}, {"minimum", min}, {"maximum", max}},
            [get, min, max](const YamlNode& node, S& out) {
              const auto text = scalar_text(node, true);
              const auto value = text ? parse_real(*text) : std::nullopt;
              if (!value || *value < min || *value > max) return false;
              assign_to(std::invoke(get, out), *value);
              return true;
            },
            [get](const S& in) { return json_of(std::invoke(get, in)); }};
  }

  /// A nested map, with its own table. `initial` has the values of keys that it lacks.
  template <class Get, class Sub>
  static Field<S> section(const char* key, Get get, Table<Sub> table, const char* description,
                          Sub initial = {}) {
    return {key,
            "a map of " + joined(keys_of(table)),
            description,
            {},
            [get, key, table](const YamlNode& node, S& out) {
              read_table(node, key, table, std::invoke(get, out));
              return true;
            },
            [get, table](const S& in) { return write_table(table, std::invoke(get, in)); },
            false,
            [table, initial] { return schema_of(table, initial); }};
  }
};

}  // namespace systole
