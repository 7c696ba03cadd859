#pragma once
#include <filesystem>
#include <string>

#include "sim/run/plan.h"
#include "sim/sweep/point_process.h"
#include "sim/sweep/points.h"

namespace systole {

/// What simulates the point `hash` and leaves its files in `folder`.
PointWork work_of(RunOptions options, std::string hash, std::filesystem::path folder);

RunOptions options_of(const ResolvedPoint& point, const SweepConfig& config);

/// A point as text, for a process elsewhere.
std::string told(const ResolvedPoint& point, const std::string& hash);
/// The same back. Throws UserError when `text` is not what told() gives.
PointWork work_told(const std::string& text, std::filesystem::path folder);

}  // namespace systole
