#include "models/compute/format/integer.h"

namespace systole {
namespace {

uint64_t load_ports(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,
                    std::size_t stride) {
  return load_ports_body(memory, addresses, n, out, stride,
                         [](const uint8_t* at) { return load_integer<int32_t>(at); });
}

SYSTOLE_CLONES void load_run(const uint8_t* from, int64_t pitch, std::size_t n, Lane* out,
                             std::size_t stride) {
  load_run_body(from, pitch, n, out, stride, 4, [](const uint8_t* at) { return load_integer<int32_t>(at); });
}

}  // namespace

const FormatKernels kInt32Kernels = {load_ports,    load_run,    integer_step,
                                     integer_block, integer_add, integer_canonicalize};

}  // namespace systole
