#include "sim/report/trace/vcd_file.h"

#include <fmt/format.h>

namespace systole {
namespace {

constexpr char kFirstId = '!';  // ids are printable characters; there are fewer variables than those

}  // namespace

void VcdFile::begin_scope(const std::string& name) {
  if (variables_.empty()) file_.write("$timescale 1 fs $end\n");
  file_.write(fmt::format("$scope module {} $end\n", name));
}

void VcdFile::end_scope() { file_.write("$upscope $end\n"); }

std::size_t VcdFile::add(const std::string& name, int bits) {
  const std::string id(1, static_cast<char>(kFirstId + variables_.size()));
  file_.write(bits == 0 ? fmt::format("$var string 1 {} {} $end\n", id, name)
                        : fmt::format("$var wire {} {} {} $end\n", bits, id, name));
  variables_.push_back({id, bits, ""});
  return variables_.size() - 1;
}

void VcdFile::end_of_variables() { file_.write("$enddefinitions $end\n"); }

void VcdFile::put(Variable& variable, const std::string& value) {
  if (value == variable.value) return;
  variable.value = value;
  if (written_ != now_) file_.write(fmt::format("#{}\n", now_));
  written_ = now_;
  file_.write(value + (variable.bits == 1 ? "" : " ") + variable.id + "\n");
}

void VcdFile::set(std::size_t variable, uint64_t number) {
  Variable& changed = variables_[variable];
  put(changed, changed.bits == 1 ? fmt::format("{}", number & 1) : fmt::format("b{:b}", number));
}

void VcdFile::set(std::size_t variable, const std::string& text) { put(variables_[variable], "s" + text); }

void VcdFile::set_unknown(std::size_t variable) {
  Variable& changed = variables_[variable];
  put(changed, changed.bits == 0 ? "sleft_out" : changed.bits == 1 ? "x" : "bx");
}

void VcdFile::close() {
  if (written_ != now_) file_.write(fmt::format("#{}\n", now_));
  file_.close();
}

}  // namespace systole
