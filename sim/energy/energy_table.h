#pragma once
// Prices of actions. A table prices everything the machine can count, or it is refused when it is loaded.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/isa.h"

namespace systole {

inline constexpr std::array<const char*, 2> kEnergyUnitNames = {"pJ", "MAC"};

/// What one unit of the table stands for: picojoules, or one multiply-accumulate of the format at hand.
enum class EnergyUnit : uint8_t { pj, mac };

/// Price of one operation of the PE array: a product of operands in this format, and a sum that is kept in
/// it. So a product of fp16 that is summed in fp32 costs the one's `multiply` and the other's `add`.
struct ArrayPrices {
  double multiply = 0, add = 0;
};

/// Price of one operation of the vector unit, on numbers as it holds them. `special`: see LaneClass.
struct VectorPrices {
  double multiply = 0, add = 0, shift = 0, special = 0, other = 0;
};
/// What the vector unit's lanes hold: enumerators of LaneNumber.
inline constexpr int kVectorNumberCount = 2;

/// Price of integer arithmetic in the address generators.
struct IndexPrices {
  double divmod = 0, multiply = 0, add = 0;
};

/// Prices of 64 bits read from or written to the registers of a PE.
struct RegisterPrices {
  double operand = 0, accumulator = 0;
};

/// Price of 64 bits read from or written to an SRAM of at most `up_to` bytes.
struct SramPrice {
  uint64_t up_to = 0;
  double access = 0;
};

/// What a table took from another one: prices by their paths, or sections by theirs.
struct InheritedPrices {
  std::string table;
  std::vector<std::string> prices;
};

struct EnergyTable {
  std::string name, summary;
  EnergyUnit unit = EnergyUnit::pj;
  std::vector<InheritedPrices> inherited;
  std::array<ArrayPrices, kFormatCount> array;          ///< indexed by Format
  std::array<VectorPrices, kVectorNumberCount> vector;  ///< indexed by LaneNumber
  IndexPrices index;
  double accumulator_access = 0;  ///< 4 bytes read from or written to the column accumulators
  RegisterPrices registers;
  double hop = 0;               ///< 64 bits from a PE to its neighbour
  std::vector<SramPrice> sram;  ///< by size, ascending
  double dram_64b = 0;          ///< 64 bits on the DRAM's bus
  double static_cycle = 0;      ///< each core cycle, whatever happens in it

  /// Price of a 64-bit access to a buffer of `bytes`; nullptr when the table knows none so large.
  const double* sram_64b(uint64_t bytes) const;
};

}  // namespace systole
