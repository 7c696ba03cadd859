#pragma once
// sweep.csv, summary.csv and host.csv.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sim/report/atomic_file.h"
#include "sim/report/csv.h"
#include "sim/sweep/points.h"
#include "sim/sweep/sweep_directory.h"

namespace systole {

/// A row for each layer of each point that is done, in columns that hold every figure of any.
class SweepTables {
 public:
  SweepTables(const SweepPoints& points, const SweepDirectory& directory);

  /// The next point, and what it has left.
  void add(const SweepPoint& point, const PointFiles& files);
  /// Makes the files appear. Reads the points again when some have figures that others before them lack.
  void write();

 private:
  enum class Kind : uint8_t { figures, summary, host };
  /// A file that is being written.
  struct File {
    Kind kind;
    std::filesystem::path path;
    std::unique_ptr<AtomicFile> place = {};
    CsvColumns columns = {};
    bool has_header = false;
    bool is_stale = false;  ///< its header lacks a column

    void begin();
    void put(const CsvRow& row);
  };
  void write_stale_again();
  std::vector<CsvRow> rows_for(const File& file, const SweepPoint& point, const PointFiles& files) const;

  const SweepDirectory& directory_;
  std::vector<std::string> keys_;
  std::vector<const SweepPoint*> done_;
  std::vector<File> files_;
};

}  // namespace systole
