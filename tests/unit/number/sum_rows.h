#pragma once
// What the tests of summation rules share: stored patterns as lanes, and rows through every kernel.
#include <catch2/catch.hpp>
#include <cstring>

#include "models/compute/params.h"
#include "models/functional/mma_unit.h"

namespace systole::test {

inline constexpr Format kFp16 = Format::fp16, kFp32 = Format::fp32, kBf16 = Format::bf16,
                        kTf32 = Format::tf32, kE4m3 = Format::fp8_e4m3, kE5m2 = Format::fp8_e5m2;

inline Lane loaded(Format format, uint32_t pattern) {
  Lane lane;
  traits_of(format).load_run(reinterpret_cast<const uint8_t*>(&pattern), 0, 0, 1, &lane, 1);
  return lane;
}

inline uint32_t stored(Format format, Lane lane) {
  uint32_t pattern = 0;
  traits_of(format).store_run(reinterpret_cast<uint8_t*>(&pattern), 0, 0, 1, &lane);
  return pattern;
}

inline float number(Lane lane) {
  float value;
  std::memcpy(&value, &lane, sizeof value);
  return value;
}

/// The results of all kernels, which must be the same.
inline std::vector<Lane> results_of(const Summation& summation, const ProductFormats& formats,
                                    const MmaRows& rows) {
  const Arithmetic arithmetic = arithmetic_of(summation, formats);
  // Which of several NaNs fp32's own arithmetic hands on is for the host's instructions to choose.
  const auto told = [&](std::vector<Lane> results) {
    if (!summation.is_aligned()) arithmetic.canonicalize(results.data(), results.size());
    return results;
  };
  const std::vector<Lane> results = told(by_step_kernel(arithmetic, formats, rows, true));
  CHECK(told(by_step_kernel(arithmetic, formats, rows, false)) == results);
  for (HostVectors width : {HostVectors::plain, HostVectors::avx2, HostVectors::avx512}) {
    if (width > host_vectors()) break;
    INFO("width " << static_cast<int>(width));
    CHECK(told(by_block_kernel(arithmetic, formats, rows, width)) == results);
  }
  return results;
}

inline uint32_t depth_of(SumRule rule, Format format) {
  const AlignedOperand* aligned = aligned_operand(rule, format);
  return aligned == nullptr ? 4 : aligned->terms;
}

}  // namespace systole::test
