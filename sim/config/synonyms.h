#pragma once
#include <string>
#include <vector>

namespace systole {

/// Which of the legal keys go by the name `word` elsewhere: M by K, R and S by kernel_size. Letters' case and
/// underscores do not matter. Empty when none does.
std::vector<std::string> synonyms_of(const std::string& word, const std::vector<std::string>& legal);

}  // namespace systole
