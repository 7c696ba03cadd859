#pragma once
#include <tlm>

namespace systole {

/// Marks a payload whose bytes lie elsewhere: Dram takes its time and moves nothing. A memory that does not
/// know the mark reads and writes the payload's data, which nobody looks at.
struct TimeOnly : tlm::tlm_extension<TimeOnly> {
  tlm::tlm_extension_base* clone() const override { return new TimeOnly; }
  void copy_from(const tlm::tlm_extension_base&) override {}
};

}  // namespace systole
