#pragma once
// Points as job arrays of Slurm. Tasks write into the sweep's folder of points, which all machines share, so
// that waiting is looking into it.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/config/slurm_config.h"
#include "sim/sweep/slurm_submission.h"
#include "sim/sweep/sweep_directory.h"

namespace systole {

struct SlurmView {
  std::set<std::string> points;  ///< hashes of those that wait, run, or have not landed yet
  size_t running = 0;
  std::string reason;                   ///< why others wait
  std::vector<std::string> last_words;  ///< of tasks that ended and left neither results nor a failure
};

class SlurmExecutor {
 public:
  explicit SlurmExecutor(const SweepDirectory& directory) : directory_(directory) {}

  /// What is in the queue. Notes failures that only Slurm knows of and forgets submissions that are over. A
  /// point whose task ended without any result or failure is given `patience_seconds` to land, then it is
  /// open again.
  SlurmView look(double patience_seconds);

  /// Submits points, in as many arrays as it takes; `input` is what a point's task is told. Returns the jobs'
  /// numbers. Throws UserError.
  std::vector<std::string> submit(const std::vector<std::string>& hashes,
                                  const std::function<std::string(size_t point)>& input,
                                  const std::string& sweep_name, const SlurmConfig& config,
                                  const PointLimits& limits) const;

 private:
  bool look_at(SlurmSubmission submission, double patience_seconds, SlurmView& view);
  /// Whether there is a result, or a failure, which this notes.
  bool has_ended(const SlurmSubmission& submission, size_t index, const std::string& state) const;
  bool has_patience(const std::string& hash, double seconds);

  const SweepDirectory& directory_;
  std::map<std::string, double> missing_since_;  ///< points of tasks that are over
};

/// From what a point's task is told, and the folder of the points.
using WorkMaker = std::function<PointWork(const std::string& input, const std::filesystem::path& points)>;

/// What a task of an array does: simulates the point of this index, and leaves its files. The folder is the
/// submission's. Returns why the point has neither results nor a failure, empty when it has. Throws whatever
/// `make_work` and `tick` throw.
std::string run_slurm_task(const std::filesystem::path& folder, size_t index, const WorkMaker& make_work,
                           const std::function<void()>& tick);

}  // namespace systole
