#pragma once
// Hot loops are compiled once per instruction set and chosen at load time. Contraction is off
// (CMakeLists.txt), so every clone gives the same bits. The attribute goes on plain functions only; shared
// bodies are inlined into them.

#if defined(SYSTOLE_SANITIZED) || !defined(__x86_64__)
#define SYSTOLE_CLONES
#define SYSTOLE_AVX2
#define SYSTOLE_AVX512
#else
#define SYSTOLE_CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
// For functions whose body itself depends on the width of registers; host_vectors() says which may run.
#define SYSTOLE_AVX2 __attribute__((target("avx2,fma")))
#define SYSTOLE_AVX512 __attribute__((target("arch=x86-64-v4")))
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

enum class HostVectors { plain, avx2, avx512 };

/// The widest registers that the host's processor has.
inline HostVectors host_vectors() {
#if defined(SYSTOLE_SANITIZED) || !defined(__x86_64__)
  return HostVectors::plain;
#else
  static const HostVectors kWidest =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl")
          ? HostVectors::avx512
      : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? HostVectors::avx2
                                                                        : HostVectors::plain;
  return kWidest;
#endif
}

}  // namespace systole
