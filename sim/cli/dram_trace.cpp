#include "sim/cli/dram_trace.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <fstream>
#include <optional>
#include <sstream>

#include "sim/config/config.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"

namespace systole {
namespace {

/// Six seconds of a memory at 1.6 GHz. Refreshes are played one by one however long nothing is asked for.
constexpr uint64_t kLastCycle = 10'000'000'000;

std::optional<uint64_t> number(const std::string& text) {
  if (text.rfind("0x", 0) != 0 && text.rfind("0X", 0) != 0) return parse_unsigned(text);
  if (text.size() < 3 || text.size() > 18) return std::nullopt;
  uint64_t value = 0;
  for (size_t i = 2; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (std::isxdigit(c) == 0) return std::nullopt;
    value = value * 16 + static_cast<uint64_t>(std::isdigit(c) != 0 ? c - '0' : std::tolower(c) - 'a' + 10);
  }
  return value;
}

/// True for a write, false for a read.
std::optional<bool> direction(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text == "read" || text == "r") return false;
  if (text == "write" || text == "w") return true;
  return std::nullopt;
}

std::optional<TraceRequest> request_of(std::vector<std::string> words) {
  if (words.size() == 3 && words[0].back() == ':') {
    words[0].pop_back();
    words = {words[2], words[1], words[0]};
  } else if (words.size() == 2) {
    words = {words[1], words[0], "0"};
  }
  if (words.size() != 3) return std::nullopt;
  const auto address = number(words[0]), cycle = number(words[2]);
  const auto write = direction(words[1]);
  if (!address || !write || !cycle) return std::nullopt;
  return TraceRequest{*address, *write, *cycle};
}

/// The next line; of a longer one than any request takes, the beginning, which is none either.
bool read_line(std::istream& file, std::string& line) {
  std::array<char, 4096> text{};
  file.getline(text.data(), text.size());
  const auto count = static_cast<size_t>(file.gcount());
  line.assign(text.data(), file.good() ? count - 1 : count);  // a good end is that of the line
  if (count > 0 && file.fail()) file.clear();
  return count > 0;
}

}  // namespace

std::vector<TraceRequest> read_dram_trace(const std::string& path, uint64_t capacity) {
  std::ifstream file(path);
  if (!file) throw UserError(fmt::format("--trace: error: cannot read {}", systole::quoted(path)));
  const std::string place = file_place(path);
  std::vector<TraceRequest> trace;
  size_t line_number = 0;
  for (std::string line; read_line(file, line);) {
    ++line_number;
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word && words.size() < 4;) words.push_back(word);
    if (words.empty() || words[0][0] == '#') continue;
    const auto request = request_of(words);
    if (!request) {
      throw UserError(fmt::format("{}:{}:1: error: got {}, legal: '0x40 READ 0', '0: read 0x40' or 'R 0x40'",
                                  place, line_number, systole::quoted(line)));
    }
    if (request->address >= capacity) {
      throw UserError(fmt::format("{}:{}:1: error: address 0x{:x}, legal: below the memory's {} bytes", place,
                                  line_number, request->address, capacity));
    }
    if (request->cycle > kLastCycle) {
      throw UserError(fmt::format("{}:{}:1: error: cycle {}, legal: up to {}", place, line_number,
                                  request->cycle, kLastCycle));
    }
    trace.push_back(*request);
  }
  if (trace.empty()) throw UserError(fmt::format("{}: error: no request in it, legal: one a line", place));
  return trace;
}

}  // namespace systole
