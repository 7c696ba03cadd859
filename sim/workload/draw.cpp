#include "sim/workload/draw.h"

#include <algorithm>
#include <cstring>

#include "models/clones.h"

namespace systole {
namespace {

constexpr uint64_t kGoldenGamma = 0x9e3779b97f4a7c15;
/// Elements that share a pair of keys; within it the counter is 32 bits wide, which is what vectorises.
constexpr uint64_t kBlock = 4096;

uint64_t splitmix64(uint64_t x) {
  x += kGoldenGamma;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

uint64_t fnv1a(std::string_view text, uint64_t hash) {
  for (char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

SYSTOLE_INLINE uint32_t mix32(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352d;
  x = (x ^ (x >> 15)) * 0x846ca68b;
  return x ^ (x >> 16);
}

struct Keys {
  uint32_t first, second;
};

Keys block_keys(uint64_t seed, uint64_t block) {
  const uint64_t bits = splitmix64(seed + block * kGoldenGamma);
  return {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)};
}

/// Four uniform 16-bit numbers less their mean.
SYSTOLE_INLINE int32_t bell(Keys keys, uint32_t i) {
  const uint32_t a = mix32(i * 0x9e3779b9 + keys.first), b = mix32(a ^ keys.second);
  return static_cast<int32_t>((a & 0xffff) + (a >> 16) + (b & 0xffff) + (b >> 16)) - 131070;
}

SYSTOLE_INLINE int32_t small_integer(Keys keys, uint32_t i) {
  return static_cast<int32_t>(((mix32(i * 0x9e3779b9 + keys.first) >> 16) * 9) >> 16) - 4;
}

/// How a format turns drawn integers into lanes.
struct Scale {
  bool is_float = true;
  int32_t shift = 0, half = 0, centre = 0, highest = 0;  ///< of integers
};

SYSTOLE_INLINE Lane float_lane(float number) {
  Lane lane;
  std::memcpy(&lane, &number, sizeof lane);
  return lane;
}

SYSTOLE_CLONES void normal_floats(Keys keys, Lane* out, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) out[i] = float_lane(static_cast<float>(bell(keys, i)) * 0x1p-15F);
}

SYSTOLE_CLONES void normal_integers(Keys keys, const Scale& scale, Lane* out, uint32_t n) {
  const Scale s = scale;
  for (uint32_t i = 0; i < n; ++i)
    out[i] = static_cast<Lane>(s.centre + std::min((bell(keys, i) + s.half) >> s.shift, s.highest));
}

SYSTOLE_CLONES void small_floats(Keys keys, Lane* out, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) out[i] = float_lane(static_cast<float>(small_integer(keys, i)));
}

SYSTOLE_CLONES void small_integers(Keys keys, int32_t centre, Lane* out, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) out[i] = static_cast<Lane>(centre + small_integer(keys, i));
}

Scale scale_of(Distribution distribution, const NumberFormat& format) {
  Scale scale;
  scale.is_float = format.is_float();
  if (scale.is_float) return scale;
  const bool has_sign = format.lowest < 0;
  if (distribution == Distribution::integers) {
    scale.centre = has_sign ? 0 : 4;
    return scale;
  }
  scale.highest = format.bits < 32 ? (int32_t{1} << (format.bits - 1)) - 1 : INT32_MAX;
  scale.shift = format.bits < 18 ? 18 - static_cast<int32_t>(format.bits) : 0;
  scale.half = scale.shift > 0 ? int32_t{1} << (scale.shift - 1) : 0;
  scale.centre = has_sign ? 0 : int32_t{1} << (format.bits - 1);
  return scale;
}

void draw_block(Distribution distribution, const Scale& scale, Keys keys, Lane* out, uint32_t n) {
  if (distribution == Distribution::normal) {
    scale.is_float ? normal_floats(keys, out, n) : normal_integers(keys, scale, out, n);
  } else {
    scale.is_float ? small_floats(keys, out, n) : small_integers(keys, scale.centre, out, n);
  }
}

}  // namespace

uint64_t tensor_seed(uint64_t run_seed, std::string_view layer, std::string_view tensor) {
  uint64_t hash = fnv1a(layer, 0xcbf29ce484222325);
  hash = fnv1a(std::string_view("\0", 1), hash);
  hash = fnv1a(tensor, hash);
  return splitmix64(splitmix64(run_seed) ^ hash);
}

uint64_t row_bits(Format format, uint64_t row) {
  const uint64_t unit = traits_of(format).whole_bytes();
  return (row + unit - 1) / unit * unit * traits_of(format).bits;
}

void store_rows(Format format, const Lane* numbers, uint64_t first, uint64_t count, uint64_t row,
                uint8_t* tensor) {
  const NumberFormat& f = traits_of(format);
  if (!f.shares_bytes()) {
    f.store_run(tensor, static_cast<int64_t>(first * f.bits), f.bits, count, numbers);
    return;
  }
  while (count > 0) {
    const uint64_t here = std::min(count, row - first % row), at = first / row * row_bits(format, row);
    f.store_run(tensor, static_cast<int64_t>(at + first % row * f.bits), f.bits, here, numbers);
    numbers += here, first += here, count -= here;
  }
}

std::vector<Lane> load_rows(Format format, const uint8_t* tensor, uint64_t count, uint64_t row) {
  const NumberFormat& f = traits_of(format);
  std::vector<Lane> numbers(count);
  for (uint64_t first = 0; first < count; first += row) {
    const auto at = static_cast<int64_t>(first / row * row_bits(format, row));
    f.load_run(tensor, at, f.bits, std::min(row, count - first), numbers.data() + first, 1);
  }
  return numbers;
}

void draw(Distribution distribution, Format format, uint64_t seed, uint64_t count, uint64_t row,
          uint8_t* to) {
  const Scale scale = scale_of(distribution, traits_of(format));
  std::vector<Lane> block(std::min(kBlock, count));
  for (uint64_t start = 0; start < count; start += kBlock) {
    const auto n = static_cast<uint32_t>(std::min(kBlock, count - start));
    draw_block(distribution, scale, block_keys(seed, start / kBlock), block.data(), n);
    store_rows(format, block.data(), start, n, row, to);
  }
}

std::vector<Lane> drawn(Distribution distribution, uint64_t seed, uint64_t first, uint64_t count) {
  const Scale scale = scale_of(distribution, traits_of(Format::fp32));
  std::vector<Lane> numbers(count), block(kBlock);
  for (uint64_t at = first; at < first + count;) {
    const uint64_t in_block = at % kBlock, here = std::min(kBlock - in_block, first + count - at);
    draw_block(distribution, scale, block_keys(seed, at / kBlock), block.data(), kBlock);
    std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(in_block), here,
                numbers.begin() + static_cast<std::ptrdiff_t>(at - first));
    at += here;
  }
  return numbers;
}

}  // namespace systole
