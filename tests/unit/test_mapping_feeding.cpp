#include <catch2/catch.hpp>
#include <functional>

#include "sim/mapping/feeding.h"

using namespace systole;

namespace {

/// 16 x 16 scalar PEs; 8 banks of 8 bytes hand out 64 bytes a cycle.
AcceleratorParams machine_of_banks(uint32_t input_banks, uint32_t weight_banks) {
  AcceleratorParams arch;
  arch.pe_array.rows = arch.pe_array.cols = 16;
  arch.buffers[0].banks = input_banks;
  arch.buffers[1].banks = weight_banks;
  return arch;
}

}  // namespace

TEST_CASE("Banks that hand out what the lanes take feed the array", "[mapping]") {
  CHECK(underfed(machine_of_banks(8, 8), Dataflow::output_stationary, LayerFormats::of_operands(Format::fp32))
            .empty());
}

TEST_CASE("Banks that hand out less than the lanes take are told", "[mapping]") {
  CHECK(underfed(machine_of_banks(4, 8), Dataflow::output_stationary,
                 LayerFormats::of_operands(Format::fp32)) ==
        "buffers.input: its banks serve 32 of the 64 bytes that the array takes a cycle (fp32, "
        "output_stationary)");
  CHECK(underfed(machine_of_banks(8, 4), Dataflow::output_stationary,
                 LayerFormats::of_operands(Format::fp32)) ==
        "buffers.weight: its banks serve 32 of the 64 bytes that the array takes a cycle (fp32, "
        "output_stationary)");
  CHECK(underfed(machine_of_banks(4, 4), Dataflow::output_stationary, LayerFormats::of_operands(Format::int8))
            .empty());
}

TEST_CASE("What is stationary need not stream", "[mapping]") {
  CHECK(underfed(machine_of_banks(8, 1), Dataflow::weight_stationary, LayerFormats::of_operands(Format::fp32))
            .empty());
  CHECK_FALSE(
      underfed(machine_of_banks(4, 8), Dataflow::weight_stationary, LayerFormats::of_operands(Format::fp32))
          .empty());
  CHECK(underfed(machine_of_banks(1, 8), Dataflow::input_stationary, LayerFormats::of_operands(Format::fp32))
            .empty());
  CHECK_FALSE(
      underfed(machine_of_banks(8, 4), Dataflow::input_stationary, LayerFormats::of_operands(Format::fp32))
          .empty());
}

TEST_CASE("The depth of an MMA step and a bank's ports and width count", "[mapping]") {
  AcceleratorParams arch = machine_of_banks(8, 8);
  arch.pe_array.mma.k = 4;
  CHECK_FALSE(underfed(arch, Dataflow::output_stationary, LayerFormats::of_operands(Format::fp32)).empty());
  for (BufferParams& buffer : {std::ref(arch.buffers[0]), std::ref(arch.buffers[1])}) {
    buffer.ports = 2;
    buffer.width_bits = 128;
  }
  CHECK(underfed(arch, Dataflow::output_stationary, LayerFormats::of_operands(Format::fp32)).empty());
}
