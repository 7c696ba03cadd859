#pragma once
// Figures for people.
#include <cstdint>
#include <string>

namespace systole {

/// "1,234,567"
std::string grouped(uint64_t value);
/// Four digits and a prefix: "1.235 ms", "0 s", "999.9 us".
std::string engineering(double value, const std::string& unit);
/// An energy of results.json: picojoules, or multiples of a MAC where the table is a relative one.
std::string energy_text(double energy, const std::string& unit);
/// "78.2"
std::string percent(double fraction);

}  // namespace systole
