#pragma once

#include "draw.h"
#include "lowering_case.h"

namespace systole::test {

/// A small layer of any kind, on a machine of a few PEs whose buffers hold a few hundred words: many do not
/// hold even the smallest tile.
LoweringCase random_case(Draw& draw);
/// Tile sizes and a loop order as a user may fix them; not every algorithm takes notice.
void ask_for_tiles(LoweringCase& lowering_case, Draw& draw);

}  // namespace systole::test
