#include "models/functional/transfer.h"

#include <cstring>

#include "models/control/box_walker.h"

namespace systole {

void transfer(const Move& move, MemoryImage& image) {
  for (BoxWalker walker(move); !walker.done();) {
    const uint32_t run = walker.left_in_run();
    const uint8_t* from = image.at(move.from.space, static_cast<int64_t>(walker.from_address()), run);
    std::memcpy(image.at(move.to.space, static_cast<int64_t>(walker.to_address()), run), from, run);
    walker.advance(run);
  }
}

}  // namespace systole
