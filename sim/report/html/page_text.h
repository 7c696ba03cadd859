#pragma once

namespace systole {

/// The page up to its data and after them; written at build time by embed.cmake.
extern const char kPageBeforeData[], kPageAfterData[];

}  // namespace systole
