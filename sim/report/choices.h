#pragma once
// Layers whose algorithm is chosen by simulation: `choices` in results.json, and which entry of `layers`
// wins.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/workload/layer.h"

namespace systole {

/// The entry of a layer, nothing chosen yet. `declined_by_algorithm`: all registered algorithms and why each
/// is not simulated (else empty).
nlohmann::ordered_json choice_of(
    const Layer& layer, const std::vector<std::pair<std::string, std::string>>& declined_by_algorithm);

/// Copies the candidates' figures from their entries in `layers` (null where there is none) and marks the
/// best by the choice's objective as `winner`, there and here. Of equals the first in registry order wins; an
/// entry whose check failed wins only when all failed.
void choose(nlohmann::ordered_json& choice, nlohmann::ordered_json& layers);

/// Do the entries that were kept tell what another energy table would have chosen?
bool can_choose_again(const nlohmann::ordered_json& choice);

}  // namespace systole
