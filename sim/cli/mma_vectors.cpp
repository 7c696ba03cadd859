#include "sim/cli/mma_vectors.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <filesystem>
#include <memory>

#include "sim/config/config.h"
#include "sim/config/text.h"

namespace systole {
namespace {

constexpr size_t kMaxLine = 1 << 20;  // 512 products of 8 digits take 9 KiB

struct Close {
  void operator()(gzFile file) const { gzclose(file); }
};
using File = std::unique_ptr<gzFile_s, Close>;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// A pattern of up to `bits` bits.
std::optional<uint32_t> pattern_of(const std::string& text, uint32_t bits) {
  if (text.empty() || text.size() > 8) return std::nullopt;
  uint64_t value = 0;
  for (const char c : text) {
    const size_t digit =
        std::string("0123456789abcdef").find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    if (digit == std::string::npos) return std::nullopt;
    value = value * 16 + digit;
  }
  if (value >> bits != 0) return std::nullopt;
  return static_cast<uint32_t>(value);
}

class Reader {
 public:
  Reader(const std::string& path, const NumberFormat& operands, bool needs_fp16)
      : place_(file_place(path)), operands_(operands), needs_fp16_(needs_fp16) {
    if (std::filesystem::is_regular_file(path)) file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) throw UserError(fmt::format("--vectors: error: cannot read {}", quoted(path)));
  }

  std::vector<MmaVector> rows() {
    std::vector<MmaVector> rows;
    for (std::string text; next_line(text); ++line_) {
      if (text.empty() || (line_ == 1 && text.rfind("a;b;", 0) == 0)) continue;
      rows.push_back(row_of(text));
    }
    if (rows.empty()) throw UserError(fmt::format("{}: error: no row in it, legal: a;b;c;d a line", place_));
    return rows;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw UserError(fmt::format("{}:{}:1: error: {}", place_, line_, what));
  }

  bool next_line(std::string& text) {
    text.clear();
    std::array<char, 4096> part{};
    while (gzgets(file_.get(), part.data(), static_cast<int>(part.size())) != nullptr) {
      text += part.data();
      if (text.size() > kMaxLine) fail(fmt::format("a line of more than {} bytes", kMaxLine));
      if (text.back() != '\n') continue;
      text.pop_back();
      if (!text.empty() && text.back() == '\r') text.pop_back();
      return true;
    }
    int error = Z_OK;
    gzerror(file_.get(), &error);
    if (error != Z_OK && error != Z_STREAM_END) fail("the packed file is damaged");
    return !text.empty();
  }

  uint32_t pattern(const std::string& text, uint32_t bits, const char* what) const {
    const auto value = pattern_of(text, bits);
    if (!value)
      fail(fmt::format("{}: got {}, legal: a hexadecimal pattern of {} bits", what, quoted(text), bits));
    return *value;
  }

  std::vector<uint32_t> operands(const std::string& text, const char* what) const {
    std::vector<uint32_t> patterns;
    for (const std::string& word : split(text, ' ')) patterns.push_back(pattern(word, operands_.bits, what));
    return patterns;
  }

  MmaVector row_of(const std::string& text) const {
    const std::vector<std::string> fields = split(text, ';');
    if (fields.size() != 5 && (needs_fp16_ || fields.size() != 4)) {
      fail(fmt::format("got {}, legal: {}", quoted(text),
                       needs_fp16_ ? "a;b;c;d;d_fp16" : "a;b;c;d or a;b;c;d;d_fp16"));
    }
    MmaVector row{line_,
                  operands(fields[0], "a"),
                  operands(fields[1], "b"),
                  pattern(fields[2], 32, "c"),
                  pattern(fields[3], 32, "d"),
                  std::nullopt};
    if (fields.size() == 5) row.d_fp16 = pattern(fields[4], 16, "d_fp16");
    if (row.a.size() != row.b.size())
      fail(fmt::format("{} numbers in a and {} in b, legal: as many", row.a.size(), row.b.size()));
    return row;
  }

  std::string place_;
  const NumberFormat& operands_;
  bool needs_fp16_;
  File file_;
  size_t line_ = 1;
};

}  // namespace

std::vector<MmaVector> read_mma_vectors(const std::string& path, const NumberFormat& operands,
                                        bool needs_fp16) {
  return Reader(path, operands, needs_fp16).rows();
}

}  // namespace systole
