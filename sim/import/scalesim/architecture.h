#pragma once
#include <string>

#include "sim/import/imported.h"

namespace systole {

/// A SCALE-Sim configuration (cfg) as an architecture, as near as it goes; notes name what has no
/// counterpart. `path` names it in messages. Throws UserError, with the line, where any of it cannot be read.
Imported import_architecture(const std::string& path, const std::string& text);

}  // namespace systole
