#pragma once
// Hot loops are compiled once per instruction set and chosen at load time. Contraction is off
// (CMakeLists.txt), so every clone gives the same bits. The attribute goes on plain functions only; shared
// bodies are inlined into them.

#if defined(SYSTOLE_SANITIZED) || !defined(__x86_64__)
#define SYSTOLE_CLONES
#define SYSTOLE_NARROW_CLONES
#define SYSTOLE_WIDE
#else
#define SYSTOLE_CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#define SYSTOLE_NARROW_CLONES __attribute__((target_clones("default", "avx2")))
#define SYSTOLE_WIDE __attribute__((target("arch=x86-64-v4")))
#endif
#define SYSTOLE_INLINE inline __attribute__((always_inline))
/// On a step that runs millions of times: the small functions it is made of are inlined into it, however
/// many.
#if defined(SYSTOLE_SANITIZED)
#define SYSTOLE_FLATTEN  // instrumented code inlined this far compiles for many minutes
#else
#define SYSTOLE_FLATTEN __attribute__((flatten))
#endif

namespace systole {

/// Functions marked SYSTOLE_WIDE may run here.
inline bool has_wide_registers() {
#if defined(SYSTOLE_SANITIZED) || !defined(__x86_64__)
  return false;
#else
  static const bool kHas = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                           __builtin_cpu_supports("avx512vl");
  return kHas;
#endif
}

}  // namespace systole
