#pragma once
#include "models/functional/memory_image.h"

namespace systole {

/// Copies a box from one space to another.
void transfer(const Move& move, MemoryImage& image);

}  // namespace systole
