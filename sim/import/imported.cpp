#include "sim/import/imported.h"

#include <fmt/format.h>

#include "sim/config/arch_fields.h"
#include "sim/config/workload_fields.h"
#include "sim/report/terminal/units.h"
#include "sim/workload/problem.h"

namespace systole {

void check_workload(Imported& imported) {
  yaml_text(imported);  // the tables take seconds for what is too large
  const WorkloadConfig workload = workload_of(imported.root, "", {});
  uint64_t macs = 0;
  bool fits = true;
  for (const Layer& layer : workload.layers)
    fits = !__builtin_add_overflow(macs, make_problem(layer).macs(), &macs) && fits;
  const size_t layers = workload.layers.size();
  imported.notes.insert(imported.notes.begin(),
                        {0, fmt::format("{} layer{}, {} MACs", layers, layers == 1 ? "" : "s",
                                        fits ? grouped(macs) : "more than 2^64")});
}

void check_arch(const Imported& imported) { arch_of(imported.root, ""); }

}  // namespace systole
