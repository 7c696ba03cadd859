#pragma once
#include "sim/lowering/lowering.h"

namespace systole {

// One file each; the registry lists them.
Algorithm direct_algorithm();
Algorithm implicit_gemm_algorithm();
Algorithm implicit_precomp_gemm_algorithm();
Algorithm explicit_gemm_algorithm();
Algorithm winograd_algorithm();
Algorithm winograd_nonfused_algorithm();
Algorithm fft_algorithm();
Algorithm fft_tiling_algorithm();
Algorithm strassen_algorithm();

}  // namespace systole
