#include "models/functional/memory_image.h"

#include <stdexcept>
#include <string>

namespace systole {

void MemoryImage::refuse(Space space, int64_t address, uint64_t count) const {
  throw std::logic_error("an instruction reaches beyond its memory: bytes [" + std::to_string(address) +
                         ", " + std::to_string(address + static_cast<int64_t>(count)) + ") of " +
                         kSpaceNames[static_cast<int>(space)] + ", which has " + std::to_string(size(space)));
}

}  // namespace systole
