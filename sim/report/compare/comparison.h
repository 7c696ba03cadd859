#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/report/compare/saved_run.h"
#include "sim/report/terminal/style.h"

namespace systole {

/// One figure of every run, in their order; none where a run has no such figure.
struct ComparedFigure {
  std::string name, unit;
  std::vector<std::optional<double>> values;
};

struct ComparedSection {
  std::string key, title;
  bool has_one_scale = false;  ///< all figures are parts of one whole
  std::vector<ComparedFigure> figures;
};

/// What of the runs is compared: totals, cycles by state, traffic, energy by component, tensor and layer, and
/// cycles by layer (each times its `repeat`). Throws UserError when energies are in different units.
std::vector<ComparedSection> compare(const std::vector<SavedRun>& runs);

/// One row a figure and run: section,figure,unit,run,value,difference,ratio (both against the first run).
std::string comparison_csv(const std::vector<SavedRun>& runs, const std::vector<ComparedSection>& sections);

/// A bar a figure and run, with the difference to the first run and the ratio.
std::string comparison_chart(const std::vector<SavedRun>& runs, const std::vector<ComparedSection>& sections,
                             const Style& style);

/// "A", "B", … "Z", "AA": short names of the runs, in their order.
std::string letter_of(size_t run);

/// What the runs' configurations differ in, a line a key, with the letters of the runs that have a value.
/// Empty when they are the same.
std::string differences_text(const std::vector<SavedRun>& runs, const Style& style);

/// The energies of runs as they were before reprice(), for the files; their units may differ.
ComparedSection energies_before(const std::vector<SavedRun>& before);
/// Each run's energy by component before reprice() and after, and the ratio.
std::string repriced_text(const std::vector<SavedRun>& before, const std::vector<SavedRun>& runs,
                          const Style& style);

/// Says which supplies the runs' DRAMs are priced by, where they are not the same ones (LPDDR4's currents
/// have those of the data pins, DDR4's have not); else empty.
std::string supplies_note(const std::vector<SavedRun>& runs, const Style& style);

}  // namespace systole
