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
/// "a, b, c"; long lists end in "... (N in all)".
std::string joined(const std::vector<std::string>& words);
/// Control characters replaced by escapes: an error stays on one line.
std::string escaped(const std::string& text);
/// The text escaped, and cut to a readable length with "..." at its end.
std::string shortened(const std::string& text);
/// The same in quotes.
std::string quoted(const std::string& text);
/// A name that may become a file name: letters, digits, '_', '-', '.', '+'; starts with a letter or digit; up
/// to 100.
bool is_file_name(const std::string& text);

}  // namespace systole
