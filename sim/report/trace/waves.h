#pragma once
// The waves of a machine, and how a layer's part of them is kept.
#include <array>
#include <cstdint>
#include <type_traits>

#include "models/isa.h"
#include "models/kernel/time.h"

namespace systole {

/// What is followed: rows of a wave a unit, then those of the two DMA engines and of the events.
enum class WaveRow : uint8_t { occupancy, state, under_way };
inline constexpr int kRequestWaves = 3 * kUnitCount, kEventWaves = kRequestWaves + 2;
inline constexpr int kWaveCount = kEventWaves + kEventCount;

constexpr int wave_of(WaveRow row, Unit unit) {
  return static_cast<int>(row) * kUnitCount + static_cast<int>(unit);
}
constexpr int request_wave(Unit unit) { return kRequestWaves + static_cast<int>(unit); }
constexpr int event_wave(Event event) { return kEventWaves + static_cast<int>(event); }

constexpr bool is_state(int wave) { return wave / kUnitCount == static_cast<int>(WaveRow::state); }

using WaveValues = std::array<int64_t, kWaveCount>;

/// A wave grows by `value` (a state is set to it), seen from cycle `at` on. In a part: has this value.
struct WaveChange {
  Cycle at = 0;
  int32_t value = 0;
  uint32_t wave = 0;
};
static_assert(std::has_unique_object_representations_v<WaveChange>);  // no gaps: it is written as it lies

/// A layer's part: this, then the changes.
struct WavePart {
  uint64_t cycles = 0;
  Cycle begin = 0, kept_end = 0;  ///< of what is kept
  Cycle end = 0;                  ///< of what was to be kept
  WaveValues first{};             ///< at `begin`
};

}  // namespace systole
