#pragma once
#include <string>

#include "models/isa.h"

namespace systole {

/// Pulls both programs to their ends. Empty if they consist of the same instructions, waits, tiles and all
/// that they point to included; else names the first that differs.
std::string difference(InstructionSource& program, InstructionSource& other);

}  // namespace systole
