#pragma once
#include <string>
#include <vector>

namespace systole {

bool is_same_but_for_case(const std::string& a, const std::string& b);
/// The candidate that is meant by `word`: the one within the smallest edit distance, if no more than a third
/// of the letters are wrong, missing or too many (two in the wrong order are one mistake); else the only one
/// that begins with `word`; else "".
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);
/// ", did you mean 'x'?" or "".
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);
/// "a, b, c", escaped, long words cut; long lists end in "... (N in all)".
std::string joined(const std::vector<std::string>& words);
/// Length of the UTF-8 sequence at `at`, 0 when it is none.
size_t utf8_length(const std::string& text, size_t at);
bool is_utf8(const std::string& text);
/// Control characters and bytes that are no UTF-8 replaced by escapes: an error stays on one line.
std::string escaped(const std::string& text);
/// What a user wrote, as an error names it: escaped and cut to 60 characters.
std::string shortened(const std::string& text);
/// The same in quotes.
std::string quoted(const std::string& text);
/// A path that an error is about: escaped, and whole as far as there can be such a path.
std::string file_place(const std::string& path);
/// A name that may become a file name: letters, digits, '_', '-', '.', '+'; starts with a letter or digit; up
/// to 100.
bool is_file_name(const std::string& text);

}  // namespace systole
