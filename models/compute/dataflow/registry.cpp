#include "models/compute/dataflow/folds.h"

namespace systole {

const std::vector<DataflowTraits>& dataflows() {
  static const std::vector<DataflowTraits> kRegistry = {kOutputStationary, kWeightStationary,
                                                        kInputStationary};
  return kRegistry;
}

}  // namespace systole
