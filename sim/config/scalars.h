#pragma once
// Numbers as a user writes them, without locale, rounding or leniency: a text is a number or it is not.
#include <cstdint>
#include <optional>
#include <string>

namespace systole {

/// Non-negative, in lowest terms.
struct Fraction {
  uint64_t num = 0, den = 1;
};

std::optional<uint64_t> parse_unsigned(const std::string& text);
/// "4096", "64B", "128KiB", "1MiB", "4GiB"
std::optional<uint64_t> parse_bytes(const std::string& text);
/// The largest unit that leaves a whole number: "128KiB".
std::string bytes_text(uint64_t bytes);
/// "12.8" or "64/5", exactly; up to 9 digits on either side of the point or bar.
std::optional<Fraction> parse_fraction(const std::string& text);
/// Without loss: "12.8" where the decimal ends within 9 digits, else "64/3".
std::string fraction_text(const Fraction& value);
/// Any finite decimal number, "1e-3" included.
std::optional<double> parse_real(const std::string& text);

}  // namespace systole
