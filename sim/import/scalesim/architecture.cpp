#include "sim/import/scalesim/architecture.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "sim/config/scalars.h"
#include "sim/config/text.h"
#include "sim/import/names.h"
#include "sim/import/nodes.h"
#include "sim/import/scalesim/settings.h"

namespace systole {
namespace {

constexpr const char* kPresets = "architecture_presets";
constexpr uint64_t kMostBanks = 1024;
constexpr uint64_t kSlots = 2, kWordBytes = 8;  // what an architecture has unless it says otherwise
constexpr uint64_t kMostOutstanding = 1024;
constexpr uint64_t kInterfaces = 3;  // of inputs, filters and outputs, each with the cfg's bandwidth

class ArchitectureReader {
 public:
  ArchitectureReader(const std::string& path, const std::string& text, Imported& out)
      : path_(path), settings_(text, path), out_(out) {
    file_ = {std::make_shared<const std::string>(path), 0, 0};
  }

  void read() {
    out_.root = map_at(file_);
    add_name();
    note(file_,
         "SCALE-Sim counts cycles and words: clock_mhz 1000, a word is a byte ('run --format int8' has such "
         "words)");
    note(file_, "left at their defaults: accumulators, vector_unit, energy");
    add(out_.root, "clock_mhz", number_at(file_, 1000));
    add_array();
    add_buffers();
    add_dma();
    add_dram();
    name_the_rest();
    std::stable_sort(out_.notes.begin(), out_.notes.end(),
                     [](const Note& a, const Note& b) { return a.line < b.line; });
  }

 private:
  void note(const Where& where, const std::string& text) { out_.notes.push_back({where.line, text}); }

  /// Remembers that the key is made use of.
  const YamlNode* find(const std::string& section, const std::string& key) {
    const YamlNode* value = settings_.find(section, key);
    if (value != nullptr) used_.insert(value);
    return value;
  }

  const YamlNode& need(const std::string& key) {
    const YamlNode* value = find(kPresets, key);
    if (value == nullptr) fail_at(file_, fmt::format("no {} in [{}], it is required", key, kPresets));
    return *value;
  }

  void add_name() {
    const YamlNode* name = find("general", "run_name");
    const std::string stem = name_of_file(path_, "architecture");
    const std::string legal = name == nullptr ? stem : legal_name(name->text, stem);
    if (name != nullptr && legal != name->text)
      note(name->where, fmt::format("the run_name {} becomes '{}'", quoted(name->text), legal));
    add(out_.root, "name", text_at(name == nullptr ? file_ : name->where, legal));
  }

  void add_array() {
    const YamlNode& rows = need("ArrayHeight");
    const YamlNode& cols = need("ArrayWidth");
    const uint64_t height = size_of(rows, "ArrayHeight"), width = size_of(cols, "ArrayWidth");
    lanes_ = std::max(height, width);
    YamlNode array = map_at(rows.where);
    add(array, "rows", number_at(rows.where, height));
    add(array, "cols", number_at(cols.where, width));
    add(array, "dataflow", dataflow());
    add(array, "interconnect", word_at(rows.where, "systolic"));
    add(array, "overlap", word_at(rows.where, "false"));
    note(file_, "a fold of SCALE-Sim begins when the one before has left the array: pe_array.overlap false");
    add(out_.root, "pe_array", array);
  }

  YamlNode dataflow() {
    const YamlNode& value = need("Dataflow");
    for (const auto& [short_name, name] :
         {std::pair("os", "output_stationary"), {"ws", "weight_stationary"}, {"is", "input_stationary"}}) {
      if (value.text == short_name) return word_at(value.where, name);
    }
    fail_at(value.where, fmt::format("Dataflow: got {}, legal: os, ws, is", quoted(value.text)));
  }

  void add_buffers() {
    YamlNode buffers = map_at(file_);
    std::vector<std::string> banks;
    for (const auto& [ours, key] :
         {std::pair("input", "IfmapSramSzkB"), {"weight", "FilterSramSzkB"}, {"output", "OfmapSramSzkB"}}) {
      const YamlNode& size = need(key);
      const uint64_t bytes = size_of(size, key) * 1024;
      YamlNode buffer = map_at(size.where);
      add(buffer, "size", word_at(size.where, bytes_text(bytes)));
      banks.push_back(std::to_string(banks_of(bytes)));
      add(buffer, "banks", word_at(size.where, banks.back()));
      add(buffers, ours, buffer);
    }
    note(file_,
         fmt::format(
             "SCALE-Sim's buffers feed the array at any width: {} banks, so that each of {} lanes has one",
             fmt::join(banks, ", "), lanes_));
    add(out_.root, "buffers", buffers);
  }

  /// A power of two, one a lane where the size allows so many.
  uint64_t banks_of(uint64_t bytes) const {
    uint64_t banks = 1;
    while (banks < lanes_ && banks < kMostBanks) banks *= 2;
    while (banks > 1 && bytes % (kSlots * kWordBytes * banks) != 0) banks /= 2;
    return banks;
  }

  void add_dma() {
    const YamlNode* reads = find(kPresets, "ReadRequestBuffer");
    if (reads == nullptr) return;
    const uint64_t outstanding = size_of(*reads, "ReadRequestBuffer");
    const YamlNode* writes = find(kPresets, "WriteRequestBuffer");
    if (writes != nullptr && size_of(*writes, "WriteRequestBuffer") != outstanding)
      note(writes->where,
           fmt::format(
               "both engines have the {} requests of ReadRequestBuffer, not the {} of WriteRequestBuffer",
               outstanding, writes->text));
    if (outstanding > kMostOutstanding)
      note(reads->where,
           fmt::format("ReadRequestBuffer {} is more than dma.outstanding can be, it becomes {}", outstanding,
                       kMostOutstanding));
    YamlNode dma = map_at(reads->where);
    add(dma, "outstanding", number_at(reads->where, std::min(outstanding, kMostOutstanding)));
    add(out_.root, "dma", dma);
  }

  void add_dram() {
    const YamlNode* mode = find("run_presets", "InterfaceBandwidth");
    const std::string text = mode == nullptr ? "CALC" : mode->text;
    const Where& where = mode == nullptr ? file_ : mode->where;
    if (text == "CALC") {
      note(where, "InterfaceBandwidth CALC: no cycle waits for memory: dram ideal");
      add(out_.root, "dram", word_at(where, "ideal"));
      return;
    }
    if (text != "USER")
      fail_at(where, fmt::format("InterfaceBandwidth: got {}, legal: CALC, USER", quoted(text)));
    const YamlNode& given = need("Bandwidth");
    const size_t comma = given.text.find(',');
    const YamlNode first = word_at(given.where, given.text.substr(0, comma));
    const uint64_t words = size_of(first, "Bandwidth");
    if (comma != std::string::npos)
      note(given.where,
           fmt::format("of Bandwidth {} the first counts, as SCALE-Sim takes it", quoted(given.text)));
    note(given.where,
         fmt::format(
             "Bandwidth {}: three interfaces of {} words a cycle share one bus of {} GB/s, which answers "
             "in a cycle",
             words, words, words * kInterfaces));
    YamlNode dram = map_at(given.where);
    add(dram, "model", word_at(given.where, "fixed"));
    add(dram, "gbps", number_at(given.where, words * kInterfaces));
    add(dram, "latency_ns", number_at(given.where, 1));
    add(out_.root, "dram", dram);
  }

  void name_the_rest() {
    for (const Settings::Entry& entry : settings_.entries()) {
      if (used_.count(&entry.value) > 0) continue;
      const bool bandwidth = entry.section == kPresets && lower_case(entry.key) == "bandwidth";
      note(entry.value.where, fmt::format("[{}] {}: {} {}", shortened(entry.section), shortened(entry.key),
                                          shortened(entry.value.text),
                                          bandwidth ? "is of no effect beside CALC" : "has no counterpart"));
    }
  }

  const std::string& path_;
  Settings settings_;
  Imported& out_;
  Where file_;
  std::set<const YamlNode*> used_;
  uint64_t lanes_ = 1;
};

}  // namespace

Imported import_architecture(const std::string& path, const std::string& text) {
  Imported imported;
  imported.origin =
      fmt::format("{}, a SCALE-Sim configuration", std::filesystem::path(path).filename().string());
  ArchitectureReader(path, text, imported).read();
  check_arch(imported);
  return imported;
}

}  // namespace systole
