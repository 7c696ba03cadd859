#pragma once
#include <string>

#include "sim/workload/named_array.h"

namespace systole {

/// The array's name and shape, then its numbers, a row a line: what extents of 1 leave of the shape, its last
/// axis along the line; larger ones than a screen holds in a word.
std::string array_text(const NamedArray& array);

}  // namespace systole
