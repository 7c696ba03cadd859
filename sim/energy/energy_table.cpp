#include "sim/energy/energy_table.h"

namespace systole {

const double* EnergyTable::sram_64b(uint64_t bytes) const {
  for (const SramPrice& price : sram) {
    if (bytes <= price.up_to) return &price.access;
  }
  return nullptr;
}

}  // namespace systole
