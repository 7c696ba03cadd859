#pragma once
#include <string>
#include <vector>

namespace systole {

/// The candidate with the smallest edit distance, "" when none is near enough to be meant.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);
/// ", did you mean 'x'?" or "".
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);
/// "a, b, c"; long lists end in "... (N in all)".
std::string joined(const std::vector<std::string>& words);
/// Control characters replaced by escapes: an error stays on one line.
std::string escaped(const std::string& text);
/// The text in quotes, escaped and cut to a readable length.
std::string quoted(const std::string& text);
/// A name that may become a file name: letters, digits, '_', '-', '.', '+'; starts with a letter or digit; up
/// to 100.
bool is_file_name(const std::string& text);

}  // namespace systole
