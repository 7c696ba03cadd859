#pragma once
#include <array>
#include <cstdint>
#include <filesystem>

#include "models/kernel/time.h"

namespace systole {

/// What a run's trace is for: ui.perfetto.dev, or viewers of waves.
enum class TraceKind : uint8_t { perfetto, vcd };
inline constexpr std::array<const char*, 2> kTraceKindNames = {"perfetto", "vcd"};
inline constexpr std::array<const char*, 2> kTraceFileNames = {"trace.json", "trace.vcd"};

struct TraceOptions {
  TraceKind kind = TraceKind::perfetto;
  Cycle begin = 0, end = kNever;    ///< the cycles of each layer that are kept
  std::filesystem::path directory;  ///< where the file is made, and first its parts
  /// What a trace may hold: as much as viewers open at ease, some hundred megabytes.
  std::size_t most_operations = 500'000, most_changes = 6'000'000;

  /// What one layer leaves behind for the file.
  std::filesystem::path part(std::size_t layer) const {
    return directory / ("trace-" + std::to_string(layer));
  }
};

}  // namespace systole
