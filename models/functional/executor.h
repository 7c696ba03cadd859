#pragma once
// What instructions compute. No time and no SystemC: each is carried out as a whole, in program order.
#include "models/accelerator_params.h"
#include "models/functional/matmul.h"
#include "models/functional/memory_image.h"
#include "models/functional/vector.h"

namespace systole {

/// Carries out a program on a memory image, with the numbers, roundings and order of summation of the
/// machine's units. Throws std::logic_error where an instruction reaches beyond its memory or takes up sums
/// that are not there.
class Executor {
 public:
  Executor(const AcceleratorParams& params, MemoryImage& image)
      : image_(image), matmul_(params.pe_array, image), vector_(image) {}

  /// A new program begins: no sums lie in the array.
  void reset() { matmul_.reset(); }
  void execute(const Instruction& instruction);

 private:
  MemoryImage& image_;
  MatMulExecutor matmul_;
  VectorExecutor vector_;
};

}  // namespace systole
