#include "sim/lowering/transform/program_cache.h"

#include <map>
#include <mutex>

namespace systole {

std::shared_ptr<const LaneProgram> cached_program(const std::vector<uint32_t>& key,
                                                  const std::function<LaneProgram()>& make) {
  static std::mutex mutex;
  static std::map<std::vector<uint32_t>, std::shared_ptr<const LaneProgram>> programs;
  const std::lock_guard lock(mutex);
  std::shared_ptr<const LaneProgram>& program = programs[key];
  if (!program) program = std::make_shared<LaneProgram>(make());
  return program;
}

}  // namespace systole
