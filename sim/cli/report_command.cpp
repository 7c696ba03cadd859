#include <fmt/format.h>

#include <memory>

#include "sim/cli/cli.h"
#include "sim/report/html/rebuild.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Examples:
  systole report results/resnet50@edge_16x16-66dbfd81
  systole report results/resnet50_shapes
  systole report results/resnet50_shapes/points/037d29b332c6fa4d.json

Writes report.html anew from results.json or sweep.json, as 'run' and 'sweep' do at their end; of a point of a sweep,
HASH.html beside its file. The report is one file that any browser opens, without a network.)";

int report(const std::string& path) {
  fmt::print("report: {}\n", rebuild_report(path).string());
  return 0;
}

}  // namespace

void add_report(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("report", "write the report of a run or a sweep anew");
  const auto path = std::make_shared<std::string>();
  command->add_option("path", *path, "directory of a run or a sweep, or a point of a sweep")
      ->type_name("RUN-or-SWEEP")
      ->required();
  command->footer(kHelp);
  command->callback([path, &chosen] { chosen = [path] { return report(*path); }; });
}

}  // namespace systole
