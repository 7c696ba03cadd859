#pragma once
// Layers as a user picks them: by name, or by a pattern of a shell, as 'conv2_*'.
#include <string>
#include <vector>

namespace systole {

bool matches_layer(const std::string& pattern, const std::string& layer);
/// Whether any of the patterns does.
bool matches_layer(const std::vector<std::string>& patterns, const std::string& layer);

/// "no layer 'x' in WORKLOAD, …" with near names, for a pattern that matches none of the layers; else "".
std::string unmatched(const std::string& pattern, const std::string& workload,
                      const std::vector<std::string>& layers);

}  // namespace systole
