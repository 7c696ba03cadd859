#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "sim/cli/arguments.h"
#include "sim/cli/cli.h"
#include "sim/cli/dram_trace.h"
#include "sim/report/terminal/dram_figures.h"
#include "sim/run/host_time.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Examples:
  systole dram --preset ddr4_3200 --trace requests.trace
  systole dram --preset lpddr4_3200 --trace requests.trace --max-outstanding 16
  systole dram --preset hbm2 --trace requests.trace --set channels=1 \
    --set address_map=reference

A trace holds one request a line, each of one burst: 0xADDR READ|WRITE CYCLE, CYCLE: read|write 0xADDR, or R|W 0xADDR.
CYCLE, up to 10000000000, is the earliest cycle of the memory's clock in which the request is offered. Requests are offered in order, one a
channel and cycle, as long as the memory takes them. Of a memory without banks (model fixed or ideal) there is less to tell.)";

struct DramArguments {
  std::string preset, trace, max_outstanding = "0";
  std::vector<std::string> set;
};

int play(const DramArguments& arguments) {
  const DramParams dram = load_dram(arguments.preset, parse_overrides(arguments.set));
  const uint64_t limit = parse_number("--max-outstanding", arguments.max_outstanding, 0, 1 << 20);
  const std::vector<TraceRequest> trace = read_dram_trace(arguments.trace, dram.capacity);
  const Style style = style_of(STDOUT_FILENO);
  const double before = thread_cpu_seconds();
  const std::string figures = dram.kind == DramKind::banked
                                  ? dram_figures(dram, play_trace(dram.banked, trace, limit), style)
                                  : dram_figures(dram, play_unbanked_trace(dram, trace, limit), style);
  const double seconds = thread_cpu_seconds() - before;
  fmt::print("{}\nsimulated in {:.3g} s of CPU time: {:.1f} ns a request\n", figures, seconds,
             seconds * 1e9 / static_cast<double>(trace.size()));
  return 0;
}

}  // namespace

void add_dram(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("dram", "play a trace against a DRAM alone");
  const auto arguments = std::make_shared<DramArguments>();
  command
      ->add_option("--preset", arguments->preset, "memory: a YAML file, or a name from 'systole list dram'")
      ->type_name("P")
      ->required();
  command->add_option("--trace", arguments->trace, "requests, one a line")->type_name("FILE")->required();
  command
      ->add_option("--max-outstanding", arguments->max_outstanding,
                   "requests unanswered at a time; 0: no limit")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--set", arguments->set, "override a key of the preset, as timing.trp=30 (more than once)")
      ->type_name("PATH=VALUE");
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return play(*arguments); }; });
}

}  // namespace systole
