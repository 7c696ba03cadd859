#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "sim/cli/cli.h"
#include "sim/cli/streams.h"
#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/config/text_file.h"
#include "sim/import/scalesim/architecture.h"
#include "sim/import/scalesim/settings.h"
#include "sim/import/scalesim/topology.h"
#include "sim/import/timeloop/problem.h"
#include "sim/report/atomic_file.h"
#include "sim/report/terminal/wrap.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Examples:
  systole import scalesim alexnet.csv --out alexnet.yaml
  systole import scalesim vgg.csv --sizes unpadded --out vgg.yaml
  systole import scalesim eyeriss.cfg --out eyeriss.yaml
  systole import timeloop conv3.yaml --mapping map.yaml

FORMAT is scalesim: a topology (CSV) of convolutions or matrix products
becomes a workload, a configuration (cfg) an architecture; or timeloop: a
problem becomes a workload of one layer. Every decision is a comment in the
YAML and a line on stderr. A file that cannot be read whole is refused.)";

struct ImportArguments {
  std::string format, file;
  std::optional<std::string> sizes, single_filter, mapping, out;
};

const std::vector<std::string> kFormats = {"scalesim", "timeloop"};

[[noreturn]] void fail_legal(const char* what, const std::string& given,
                             const std::vector<std::string>& legal) {
  const std::string hint = did_you_mean(given, legal);
  throw UserError(fmt::format("{}: error: got {}{} legal: {}", what,
                              given.empty() ? "nothing" : quoted(given), hint.empty() ? "," : hint,
                              joined(legal)));
}

/// Whether the option says the first of two words, which is its default.
bool is_first(const char* option, const std::optional<std::string>& text,
              const std::vector<std::string>& words) {
  if (!text || *text == words[0]) return true;
  if (*text != words[1]) fail_legal(option, *text, words);
  return false;
}

void refuse(const char* option, const std::optional<std::string>& text, const char* legal) {
  if (text) throw UserError(fmt::format("{}: error: of no effect here, legal: with {}", option, legal));
}

void refuse_topology_options(const ImportArguments& arguments) {
  constexpr const char* kLegal = "a SCALE-Sim topology of convolutions";
  refuse("--sizes", arguments.sizes, kLegal);
  refuse("--single-filter", arguments.single_filter, kLegal);
}

Imported import_scalesim(const ImportArguments& arguments) {
  refuse("--mapping", arguments.mapping, "timeloop");
  const std::string text = read_text_file(arguments.file, {"a SCALE-Sim topology or configuration", "text"});
  if (is_settings(text)) {
    refuse_topology_options(arguments);
    return import_architecture(arguments.file, text);
  }
  const TopologyOptions options = {
      is_first("--sizes", arguments.sizes, {"padded", "unpadded"}),
      is_first("--single-filter", arguments.single_filter, {"depthwise", "dense"})};
  Topology topology = import_topology(arguments.file, text, options);
  if (topology.is_gemm) refuse_topology_options(arguments);
  return std::move(topology.imported);
}

Imported import_file(const ImportArguments& arguments) {
  const auto format = std::find(kFormats.begin(), kFormats.end(), arguments.format);
  if (format == kFormats.end()) fail_legal("import", arguments.format, kFormats);
  if (arguments.file.empty()) throw UserError("import: error: no file, legal: systole import FORMAT FILE");
  if (arguments.format == "scalesim") return import_scalesim(arguments);
  refuse_topology_options(arguments);
  return import_timeloop(arguments.file, arguments.mapping);
}

int import_and_print(const ImportArguments& arguments) {
  const Imported imported = import_file(arguments);
  const std::string text = yaml_text(imported);
  if (arguments.out) {
    write_new_file("--out", *arguments.out, text);
  } else {
    fmt::print("{}", text);
  }
  const Style style = style_of(STDERR_FILENO);
  for (const Note& note : imported.notes) {
    const std::string line =
        fmt::format("{}:{} note: {}", file_place(arguments.file),
                    note.line > 0 ? fmt::format("{}:", note.line) : "", escaped(note.text));
    tell("{}\n", wrapped(line, style, 2));
  }
  return 0;
}

}  // namespace

void add_import(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("import", "make our YAML of another simulator's files");
  const auto arguments = std::make_shared<ImportArguments>();
  command->add_option("format", arguments->format, "scalesim, timeloop")->type_name("FORMAT");
  command->add_option("file", arguments->file, "what is read")->type_name("FILE");
  command->add_option("--out", arguments->out, "the YAML file; stdout by default")->type_name("FILE");
  command->add_option("--sizes", arguments->sizes, "what a topology gives: padded, unpadded")
      ->type_name("S")
      ->default_str("padded");
  command->add_option("--single-filter", arguments->single_filter, "over many channels: depthwise, dense")
      ->type_name("F")
      ->default_str("depthwise");
  command->add_option("--mapping", arguments->mapping, "the mapping of a timeloop problem")
      ->type_name("FILE");
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return import_and_print(*arguments); }; });
}

}  // namespace systole
