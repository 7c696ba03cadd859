#include "sim/config/slurm_config.h"

#include <algorithm>
#include <array>
#include <regex>

#include "sim/config/field_makers.h"

namespace systole {
namespace {

constexpr uint64_t kMiB = 1 << 20;

bool is_time(const std::string& text) { return slurm_seconds(text).value_or(0) > 0; }

/// What a sweep says to sbatch itself, and what would keep it from hearing of its jobs.
constexpr std::array<const char*, 9> kReserved = {"array",    "chdir", "dependency", "job-name", "output",
                                                  "parsable", "wrap",  "test-only",  "wait"};

/// They stand on a command line each as one word. Sbatch takes a beginning of a name for the name.
bool is_option(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar || node.text.size() <= 2 || node.text.compare(0, 2, "--") != 0)
    return false;
  const std::string name = node.text.substr(2, node.text.find('=') - 2);
  return std::none_of(kReserved.begin(), kReserved.end(),
                      [&](const char* reserved) { return std::string(reserved).rfind(name, 0) == 0; });
}

Field<SlurmConfig> options() {
  const Json text = {{"type", "string"}, {"pattern", "^--."}};
  return {
      "options",
      "a list of options such as --account=vision, but for --array, --job-name and others that a sweep sets",
      "further options of sbatch",
      {{"type", "array"}, {"items", text}},
      [](const YamlNode& node, SlurmConfig& out) {
        if (node.kind != YamlNode::Kind::sequence) return false;
        for (const YamlNode& item : node.items) {
          if (!is_option(item)) return false;
          out.options.push_back(item.text);
        }
        return true;
      },
      [](const SlurmConfig&) { return Json(); }};
}

}  // namespace

std::optional<uint64_t> slurm_seconds(const std::string& time) {
  // With days the first number of the rest is hours; without them one number is minutes, two are minutes and
  // seconds.
  static const std::regex form("(?:(\\d{1,4})-)?(\\d{1,6})(?::(\\d{1,2}))?(?::(\\d{1,2}))?");
  std::smatch parts;
  if (!std::regex_match(time, parts, form)) return std::nullopt;
  const auto number = [&parts](size_t i) { return parts[i].matched ? std::stoull(parts[i]) : 0; };
  const bool has_days = parts[1].matched, has_three = parts[4].matched;
  if (has_days || has_three) return ((number(1) * 24 + number(2)) * 60 + number(3)) * 60 + number(4);
  return number(2) * 60 + number(3);
}

const Table<SlurmConfig>& slurm_table() {
  using F = FieldOf<SlurmConfig>;
  static const Table<SlurmConfig> table = {
      F::text("partition", &SlurmConfig::partition, is_file_name, "a partition's name",
              "where points run; the cluster's default partition if not given"),
      F::text("time", &SlurmConfig::time, is_time,
              "a time as Slurm writes it: minutes, h:m:s or d-h:m:s, as 0:20:00", "time limit of a point"),
      F::bytes("memory", &SlurmConfig::memory_bytes, {kMiB, kMiB << 24}, "memory of a point"),
      F::integer("throttle", &SlurmConfig::throttle, {1, 1000000}, "points that run at a time"),
      F::boolean("wait", &SlurmConfig::waits, "wait for the points; otherwise return, to be collected later"),
      options(),
  };
  return table;
}

}  // namespace systole
