#pragma once
// How the axes of a convolution's tensors follow each other in a user's file.
#include <array>
#include <cstdint>
#include <vector>

namespace systole {

/// NHWC is that of DRAM: input [N][H][W][C], weight [M][R][S][C/G]. NCHW puts channels before rows and
/// columns: input [N][C][H][W], weight [M][C/G][R][S].
enum class TensorLayout : uint8_t { NHWC, NCHW };
inline constexpr std::array<const char*, 2> kTensorLayoutNames = {"NHWC", "NCHW"};

/// The extents of an NHWC shape in the order of `layout`.
std::vector<uint64_t> shape_in(TensorLayout layout, const std::vector<uint64_t>& nhwc);

/// Elements that lie in `layout`, in the order of the NHWC shape.
std::vector<uint32_t> to_nhwc(TensorLayout layout, std::vector<uint32_t> elements,
                              const std::vector<uint64_t>& nhwc);

}  // namespace systole
