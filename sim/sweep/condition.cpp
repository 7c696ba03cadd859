#include "sim/sweep/condition.h"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/config/config.h"
#include "sim/config/names.h"
#include "sim/config/text.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

constexpr size_t kLongest = 1000;
constexpr const char* kNameCharacters = "0123456789_.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

double kib(double value) { return value * 1024; }
double mib(double value) { return value * 1024 * 1024; }
double gib(double value) { return value * 1024 * 1024 * 1024; }
double logical_not(double value) { return value == 0 ? 1 : 0; }

/// The parser would take a single '=' for an assignment, which is always true.
bool has_assignment(const std::string& text) {
  for (size_t at = 0; (at = text.find('=', at)) != std::string::npos; ++at) {
    if (at + 1 < text.size() && text[at + 1] == '=') {
      ++at;
    } else if (at == 0 || std::string("!<>").find(text[at - 1]) == std::string::npos) {
      return true;
    }
  }
  return false;
}

/// Words that a setting may have as its value, wherever they occur.
std::vector<std::string> known_words(const SweepVariables& variables) {
  std::vector<std::string> words = algorithm_names();
  const auto add = [&words](const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  add(dataflow_names());
  add(format_names());
  add(listed(kAlgorithmObjectiveNames));
  add(listed(kInterconnectNames));
  add(listed(kResidencyNames));
  add(listed(kDramKindNames));
  add(listed(kDramEnergyNames));
  add(shipped(Shipped::arch));
  add(shipped(Shipped::workload));
  add(shipped(Shipped::dram));
  add(shipped(Shipped::energy));
  for (const auto& [name, value] : variables) {
    if (const auto* word = std::get_if<std::string>(&value)) words.push_back(*word);
  }
  return words;
}

/// A number for each word, far from all figures.
class Words {
 public:
  double code(const std::string& word) {
    return codes_.emplace(word, -1e15 - static_cast<double>(codes_.size())).first->second;
  }

 private:
  std::map<std::string, double> codes_;
};

}  // namespace

struct Condition::Parsed {
  mu::Parser parser;
  std::map<std::string, double> values;  ///< of all names in the text; the parser points at them
};

Condition::Condition(const SweepText& text) : text_(text), parsed_(std::make_unique<Parsed>()) {
  if (text_.text.size() > kLongest) fail_at(text_.where, fmt::format("longer than {} characters", kLongest));
  if (has_assignment(text_.text))
    fail_at(text_.where, systole::quoted(text_.text) + ": '=' compares nothing, legal: '=='");
  mu::Parser& parser = parsed_->parser;
  try {
    parser.DefineNameChars(kNameCharacters);
    parser.DefinePostfixOprt("KiB", kib);
    parser.DefinePostfixOprt("MiB", mib);
    parser.DefinePostfixOprt("GiB", gib);
    parser.DefineInfixOprt("!", logical_not);
    parser.DefineOprt(
        "%", [](double a, double b) { return std::fmod(a, b); }, mu::prMUL_DIV, mu::oaLEFT, true);
    parser.SetExpr(text_.text);
    for (const auto& [name, unused] : parser.GetUsedVar()) parsed_->values[name] = 0;
    for (auto& [name, value] : parsed_->values) parser.DefineVar(name, &value);
    int results = 0;
    parser.Eval(results);
    if (results != 1)
      fail_at(text_.where, systole::quoted(text_.text) + ": several values, legal: one condition an entry");
  } catch (const mu::Parser::exception_type& error) {
    fail_at(text_.where, fmt::format("{}: {}", systole::quoted(text_.text), escaped(error.GetMsg())));
  }
}

Condition::~Condition() = default;
Condition::Condition(Condition&&) noexcept = default;

bool Condition::holds(const SweepVariables& variables, const std::set<std::string>& own_words) const {
  Words words;
  std::vector<std::string> legal_words;
  for (auto& [name, value] : parsed_->values) {
    const auto found = variables.find(name);
    if (found != variables.end()) {
      const auto* number = std::get_if<double>(&found->second);
      value = number != nullptr ? *number : words.code(std::get<std::string>(found->second));
      continue;
    }
    if (name == "true" || name == "false") {
      value = name == "true" ? 1 : 0;
      continue;
    }
    if (legal_words.empty()) legal_words = known_words(variables);
    if (own_words.count(name) == 0 &&
        std::find(legal_words.begin(), legal_words.end(), name) == legal_words.end()) {
      std::vector<std::string> names;
      for (const auto& [known, unused] : variables) names.push_back(known);
      const std::string hint = did_you_mean(name, names);
      fail_at(text_.where, fmt::format("unknown name {}{} legal: {}", systole::quoted(name),
                                       hint.empty() ? "," : hint, joined(names)));
    }
    value = words.code(name);
  }
  const double result = parsed_->parser.Eval();
  if (!std::isfinite(result))
    fail_at(text_.where, systole::quoted(text_.text) + ": the value is no finite number");
  return result != 0;
}

}  // namespace systole
