#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/lane_program.h"

namespace systole {

/// The program that `make` gave when the key was first asked for: a large transform takes a while to spell
/// out, and layers, candidates and repeated questions share them.
std::shared_ptr<const LaneProgram> cached_program(const std::vector<uint32_t>& key,
                                                  const std::function<LaneProgram()>& make);

}  // namespace systole
