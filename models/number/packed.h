#pragma once
// The loops of Storage, for a format that says how one number is loaded and stored. Loops that vectorise
// where numbers are whole bytes.
#include <cstring>

#include "models/clones.h"
#include "models/number/format.h"

namespace systole {

/// Numbers of whole bytes: T as stored. `decode`: T -> Lane.
template <class T, class Decode>
SYSTOLE_INLINE uint64_t load_ports_of(const uint8_t* memory, const int64_t* addresses, std::size_t n,
                                      Lane* out, std::size_t stride, Decode decode) {
  uint64_t padding = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const bool zero = addresses[i] < 0;
    T stored;
    std::memcpy(&stored, memory + (zero ? 0 : addresses[i] / 8), sizeof stored);
    out[i * stride] = zero ? 0 : decode(stored);
    padding += zero;
  }
  return n - padding;
}

template <class T, class Decode>
SYSTOLE_INLINE void load_run_of(const uint8_t* memory, int64_t address, int64_t pitch, std::size_t n,
                                Lane* out, std::size_t stride, Decode decode) {
  const uint8_t* from = memory + address / 8;
  const auto load = [decode](const uint8_t* at) {
    T stored;
    std::memcpy(&stored, at, sizeof stored);
    return decode(stored);
  };
  if (pitch == 8 * sizeof(T) && stride == 1) {
    for (std::size_t i = 0; i < n; ++i) out[i] = load(from + i * sizeof(T));
  } else if (pitch == 8 * sizeof(T)) {
    for (std::size_t i = 0; i < n; ++i) out[i * stride] = load(from + i * sizeof(T));
  } else {
    for (std::size_t i = 0; i < n; ++i) out[i * stride] = load(from + static_cast<int64_t>(i) * (pitch / 8));
  }
}

/// `encode`: Lane -> T.
template <class T, class Encode>
SYSTOLE_INLINE void store_run_of(uint8_t* memory, int64_t address, int64_t pitch, std::size_t n,
                                 const Lane* in, Encode encode) {
  uint8_t* to = memory + address / 8;
  if (pitch == 8 * sizeof(T)) {
    for (std::size_t i = 0; i < n; ++i) {
      const T stored = encode(in[i]);
      std::memcpy(to + i * sizeof(T), &stored, sizeof stored);
    }
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const T stored = encode(in[i]);
    std::memcpy(to + static_cast<int64_t>(i) * (pitch / 8), &stored, sizeof stored);
  }
}

/// The storage of a format of whole bytes, for its own decode(T) and encode(Lane); plain functions,
/// since clones go on nothing else.
#define SYSTOLE_STORED_AS(T)                                                                             \
  uint64_t load_ports(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,         \
                      std::size_t stride) {                                                              \
    return load_ports_of<T>(memory, addresses, n, out, stride, [](T stored) { return decode(stored); }); \
  }                                                                                                      \
  SYSTOLE_CLONES void load_run(const uint8_t* memory, int64_t address, int64_t pitch, std::size_t n,     \
                               Lane* out, std::size_t stride) {                                          \
    load_run_of<T>(memory, address, pitch, n, out, stride, [](T stored) { return decode(stored); });     \
  }                                                                                                      \
  SYSTOLE_CLONES void store_run(uint8_t* memory, int64_t address, int64_t pitch, std::size_t n,          \
                                const Lane* in) {                                                        \
    store_run_of<T>(memory, address, pitch, n, in, [](Lane lane) { return encode(lane); });              \
  }                                                                                                      \
  constexpr Storage kStorage = {load_ports, load_run, store_run};

/// The same for numbers of `kBits` < 8 bits, which lie in a byte or, where they do not divide it, in two:
/// decode(pattern) and encode(Lane).
template <uint32_t kBits, class Decode>
SYSTOLE_INLINE Lane load_bits(const uint8_t* memory, int64_t address, Decode decode) {
  const uint8_t* at = memory + (address >> 3);
  const auto shift = static_cast<uint32_t>(address & 7);
  uint32_t bits = at[0];
  if (8 % kBits != 0 && shift + kBits > 8) bits |= uint32_t{at[1]} << 8;
  return decode(bits >> shift & ((1U << kBits) - 1));
}

template <uint32_t kBits>
SYSTOLE_INLINE void store_bits(uint8_t* memory, int64_t address, uint32_t pattern) {
  uint8_t* at = memory + (address >> 3);
  const uint32_t shift = static_cast<uint32_t>(address & 7), mask = ((1U << kBits) - 1) << shift;
  at[0] = static_cast<uint8_t>((at[0] & ~mask) | pattern << shift);
  if (8 % kBits != 0 && shift + kBits > 8)
    at[1] = static_cast<uint8_t>((at[1] & ~(mask >> 8)) | pattern << shift >> 8);
}

#define SYSTOLE_SHARING_BYTES(kBits)                                                                         \
  uint64_t load_ports(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,             \
                      std::size_t stride) {                                                                  \
    uint64_t read = 0;                                                                                       \
    for (std::size_t i = 0; i < n; ++i) {                                                                    \
      const bool zero = addresses[i] < 0;                                                                    \
      out[i * stride] = zero ? 0 : load_bits<kBits>(memory, addresses[i], decode);                           \
      read += !zero;                                                                                         \
    }                                                                                                        \
    return read;                                                                                             \
  }                                                                                                          \
  void load_run(const uint8_t* memory, int64_t address, int64_t pitch, std::size_t n, Lane* out,             \
                std::size_t stride) {                                                                        \
    for (std::size_t i = 0; i < n; ++i, address += pitch)                                                    \
      out[i * stride] = load_bits<kBits>(memory, address, decode);                                           \
  }                                                                                                          \
  void store_run(uint8_t* memory, int64_t address, int64_t pitch, std::size_t n, const Lane* in) {           \
    for (std::size_t i = 0; i < n; ++i, address += pitch) store_bits<kBits>(memory, address, encode(in[i])); \
  }                                                                                                          \
  constexpr Storage kStorage = {load_ports, load_run, store_run};

}  // namespace systole
