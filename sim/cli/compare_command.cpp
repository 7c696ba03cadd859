#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "sim/cli/cli.h"
#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/compare/comparison.h"
#include "sim/report/html/page.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Examples:
  systole compare results/direct results/winograd
  systole compare results/small results/large --layer conv1 --by tensor
  systole compare results/resnet50:conv1 results/resnet50:conv5_3_c
  systole compare results/resnet50:'conv2_*' results/resnet50:'conv5_*'
  systole compare results/all:r3:direct results/all:r3:winograd
  systole compare results/a results/b --reprice horowitz_45nm \
    --csv comparison.csv --html comparison.html

Each RUN is a directory that 'systole run' wrote, its results.json, or a point of a sweep (SWEEP/points/HASH.json).
RUN:LAYER is one layer of it, RUN:LAYER:ALGORITHM where it holds several (--algorithm all). Bars
stand for values; beside them stand the difference to the first run and the ratio. Layers count as often as they repeat.
Before them stands what differs in the runs' configurations.

--csv and --html take every view, whatever --by says; a file that holds something else is never overwritten.

Energies follow from counts: --reprice needs no new simulation, and shows them before and after.)";

const std::vector<std::string> kViews = {"component", "tensor", "layer"};

struct CompareArguments {
  std::vector<std::string> runs, layers;
  std::string by = "component";
  std::optional<std::string> reprice, csv, html;
};

/// The sections to chart: everything but the views not asked for.
std::vector<ComparedSection> charted(std::vector<ComparedSection> sections, const std::string& by) {
  const auto is_hidden = [&by](const ComparedSection& section) {
    const size_t at = section.key.rfind("_by_");
    return at != std::string::npos && section.key.substr(at + 4) != by;
  };
  sections.erase(std::remove_if(sections.begin(), sections.end(), is_hidden), sections.end());
  return sections;
}

int compare_runs(const CompareArguments& arguments) {
  if (std::find(kViews.begin(), kViews.end(), arguments.by) == kViews.end()) {
    throw UserError(fmt::format("--by: error: got {}, legal: {}", quoted(arguments.by), joined(kViews)));
  }
  if (arguments.runs.size() < 2 && !arguments.reprice) {
    throw UserError(fmt::format("compare: error: got {} run{}, legal: two or more (one with --reprice)",
                                arguments.runs.size(), arguments.runs.size() == 1 ? "" : "s"));
  }
  std::vector<SavedRun> runs, before;
  for (const std::string& path : arguments.runs) {
    runs.push_back(load_run(path));
    if (arguments.reprice) {
      before.push_back(runs.back());
      keep_layers(before.back(), arguments.layers);
      reprice(runs.back(), *arguments.reprice);
    }
    keep_layers(runs.back(), arguments.layers);
  }
  std::vector<ComparedSection> sections = compare(runs);
  const Style style = style_of(STDOUT_FILENO);
  const std::string chart = comparison_chart(runs, charted(sections, arguments.by), style);
  if (arguments.reprice) sections.push_back(energies_before(before));
  if (arguments.csv) write_new_file("--csv", *arguments.csv, comparison_csv(runs, sections));
  if (arguments.html) write_new_file("--html", *arguments.html, comparison_page(runs, sections));
  fmt::print("{}", chart);
  if (arguments.reprice) fmt::print("{}", repriced_text(before, runs, style));
  fmt::print("{}", supplies_note(runs, style));
  if (arguments.html) fmt::print("\nreport: {}\n", *arguments.html);
  return 0;
}

}  // namespace

void add_compare(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("compare", "set runs side by side");
  const auto arguments = std::make_shared<CompareArguments>();
  command
      ->add_option("runs", arguments->runs, "directories of results, results.json files, or layers in them")
      ->type_name("RUN");
  command->add_option("--by", arguments->by, "energy by component, tensor or layer")
      ->type_name("VIEW")
      ->capture_default_str();
  command
      ->add_option("--layer", arguments->layers,
                   "only this layer, or those of a pattern, as 'conv2_*' (more than once)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command
      ->add_option("--reprice", arguments->reprice,
                   "energy table: a YAML file, or a name from 'systole list energy'")
      ->type_name("TABLE");
  command->add_option("--csv", arguments->csv, "write all figures to this file")->type_name("FILE");
  command->add_option("--html", arguments->html, "write a report for a browser to this file")
      ->type_name("FILE");
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return compare_runs(*arguments); }; });
}

}  // namespace systole
