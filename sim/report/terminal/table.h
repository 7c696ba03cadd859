#pragma once
#include <string>
#include <vector>

namespace systole {

/// Text of so many columns on the screen (UTF-8 characters of one column each).
size_t width_of(const std::string& text);
std::string left(const std::string& text, size_t width);
std::string right(const std::string& text, size_t width);

/// Aligned columns: the first flush left, the others flush right. A table that would be wider than
/// `max_width` has its columns closer; then lacks those of `optional`, one after the other, until the first
/// one has room for 24 characters; and at last the first one is cut. Lines come without a newline; `rows` all
/// have as many cells.
std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows, size_t max_width,
                                 const std::vector<size_t>& optional = {});

}  // namespace systole
