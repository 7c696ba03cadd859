#include "models/compute/control/operand_feeder.h"

namespace systole {

void OperandFeeder::begin() {
  at_ = {};
  at_.steps = walk_.steps();
  claims_.clear();
  generating_ = 0;
  const uint64_t ports = walk_.widest_row() * walk_.element_rows_per_step();
  step_cycles_ = index_rate_ == 0 ? 0 : static_cast<uint32_t>((ports + index_rate_ - 1) / index_rate_);
}

void OperandFeeder::fetch_by_claims(Cycle now) {
  at_.advance(
      [&] {
        open_words();
        generating_ = step_cycles_;
      },
      [&] { return !claims_.settled() || generating_ != 0; },
      [&] {
        if (generating_ != 0) --generating_;
        return (claims_.settled() || claims_.claim(walk_.buffer(), now)) && generating_ == 0;
      });
}

}  // namespace systole
