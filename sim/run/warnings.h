#pragma once
#include <string>
#include <vector>

#include "sim/config/config.h"

namespace systole {

/// What a user may not expect of this machine and these layers, a line each: banks that cannot feed the
/// array, int8 layers whose outputs are sums of 4 bytes.
std::vector<std::string> warnings_on(const ArchConfig& arch, const WorkloadConfig& workload);

}  // namespace systole
