#include "sim/workload/draw.h"

#include <algorithm>

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

SYSTOLE_INLINE void store(int32_t sum, float& out) { out = static_cast<float>(sum) * 0x1p-15F; }
SYSTOLE_INLINE void store(int32_t sum, int32_t& out) { out = sum; }
SYSTOLE_INLINE void store(int32_t sum, int8_t& out) {
  out = static_cast<int8_t>(std::min((sum + 512) >> 10, 127));
}

template <class T>
SYSTOLE_INLINE void normal_block(Keys keys, T* out, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) store(bell(keys, i), out[i]);
}

template <class T>
SYSTOLE_INLINE void integer_block(Keys keys, T* out, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<T>(small_integer(keys, i));
}

SYSTOLE_CLONES void normal(Keys keys, float* out, uint32_t n) { normal_block(keys, out, n); }
SYSTOLE_CLONES void normal(Keys keys, int8_t* out, uint32_t n) { normal_block(keys, out, n); }
SYSTOLE_CLONES void normal(Keys keys, int32_t* out, uint32_t n) { normal_block(keys, out, n); }
SYSTOLE_CLONES void integers(Keys keys, float* out, uint32_t n) { integer_block(keys, out, n); }
SYSTOLE_CLONES void integers(Keys keys, int8_t* out, uint32_t n) { integer_block(keys, out, n); }
SYSTOLE_CLONES void integers(Keys keys, int32_t* out, uint32_t n) { integer_block(keys, out, n); }

template <class T>
void by_blocks(Distribution distribution, uint64_t seed, uint64_t count, uint8_t* bytes) {
  auto* numbers = reinterpret_cast<T*>(bytes);
  for (uint64_t start = 0; start < count; start += kBlock) {
    const auto n = static_cast<uint32_t>(std::min(kBlock, count - start));
    const Keys keys = block_keys(seed, start / kBlock);
    distribution == Distribution::normal ? normal(keys, numbers + start, n)
                                         : integers(keys, numbers + start, n);
  }
}

}  // namespace

uint64_t tensor_seed(uint64_t run_seed, std::string_view layer, std::string_view tensor) {
  uint64_t hash = fnv1a(layer, 0xcbf29ce484222325);
  hash = fnv1a(std::string_view("\0", 1), hash);
  hash = fnv1a(tensor, hash);
  return splitmix64(splitmix64(run_seed) ^ hash);
}

void draw(Distribution distribution, NumberType type, uint64_t seed, uint64_t count, uint8_t* numbers) {
  switch (type) {
    case NumberType::fp32:
      return by_blocks<float>(distribution, seed, count, numbers);
    case NumberType::int32:
      return by_blocks<int32_t>(distribution, seed, count, numbers);
    case NumberType::int8:
      return by_blocks<int8_t>(distribution, seed, count, numbers);
  }
}

}  // namespace systole
