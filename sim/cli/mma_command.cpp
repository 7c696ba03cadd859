#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "models/functional/mma_unit.h"
#include "sim/cli/cli.h"
#include "sim/cli/mma_vectors.h"
#include "sim/config/config.h"
#include "sim/config/names.h"
#include "sim/config/sum_field.h"
#include "sim/config/text.h"
#include "sim/mapping/summation.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Examples:
  systole mma --rule a100 --format bf16 --vectors rows.csv.gz
  systole mma --rule v100 --format fp16 --output fp16 --vectors rows.csv
  systole mma --rule "aligned_block: {fraction_bits: 28, rounding: nearest_even}" --format fp8_e4m3 --vectors rows.csv

A row of the file is a;b;c;d or a;b;c;d;d_fp16: hexadecimal bit patterns, the numbers of a and b separated by spaces, c
and d of fp32 (of int32 with integers). A chip's aligned rule takes a row in its blocks, any other in steps of up to 64
products; each block adds to the one before. Each row goes through the kernels of both steppings and all widths of
registers that the host has. With --output fp16, c is rounded to fp16 and the results are compared with d_fp16. A NaN of an aligned rule
is 7fffffff in fp32; elsewhere any NaN equals any other. Exit code 3: some row differs.)";

constexpr uint32_t kMaxStep = 64;  // products, as of an MMA unit
constexpr size_t kRowsAtOnce = 32;

struct MmaArguments {
  std::string rule, format, output, vectors;
};

template <class Names>
size_t index_of(const char* option, const std::string& text, const Names& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return i;
  }
  const std::string hint = did_you_mean(text, names);
  throw UserError(fmt::format("{}: error: got {}{} legal: {}", option, quoted(text),
                              hint.empty() ? "," : hint, joined(names)));
}

Lane loaded(const NumberFormat& format, uint32_t pattern) {
  Lane lane;
  format.load_run(reinterpret_cast<const uint8_t*>(&pattern), 0, 0, 1, &lane, 1);
  return lane;
}

uint32_t stored(const NumberFormat& format, Lane lane) {
  uint32_t pattern = 0;
  format.store_run(reinterpret_cast<uint8_t*>(&pattern), 0, 0, 1, &lane);
  return pattern;
}

bool is_nan(const NumberFormat& format, uint32_t pattern) {
  return format.is_float() && (loaded(format, pattern) & 0x7FFFFFFFU) > 0x7F800000U;
}

class Player {
 public:
  explicit Player(const MmaArguments& arguments) : file_(file_place(arguments.vectors)) {
    const Where option{std::make_shared<const std::string>("--rule")};
    summation_ = read_summation(parse_yaml(arguments.rule, option), "--rule");
    formats_.input = formats_.weight =
        static_cast<Format>(index_of("--format", arguments.format, format_names()));
    const Format wide = wide_format(traits_of(formats_.input).lane);
    formats_.accumulator = wide;
    if (!arguments.output.empty() && arguments.output != name_of(wide)) {
      if (arguments.output != name_of(Format::fp16)) {
        throw UserError(fmt::format("--output: error: got {}, legal: {}, or fp16 where the rule has it",
                                    quoted(arguments.output), name_of(wide)));
      }
      formats_.accumulator = Format::fp16;
    }
    if (!takes(summation_.rule, formats_))
      throw UserError("--rule: error: " + refusal_of(summation_.rule, formats_));
    arithmetic_ = arithmetic_of(summation_, formats_);
    vectors_ = read_mma_vectors(arguments.vectors, traits_of(formats_.input), is_fp16());
  }

  int play() {
    size_t equal = 0;
    for (size_t first = 0; first < vectors_.size();) {
      const size_t end = end_of_batch(first);
      equal += play_batch(first, end);
      first = end;
    }
    fmt::print("{} rows, {} equal\n{}", vectors_.size(), equal, mismatch_);
    return equal == vectors_.size() ? 0 : 3;
  }

 private:
  bool is_fp16() const { return formats_.accumulator != wide_format(traits_of(formats_.input).lane); }

  uint32_t depth_of(const MmaVector& row) const {
    const AlignedOperand* aligned = aligned_operand(summation_.rule, formats_.input);
    return aligned ? aligned->terms : static_cast<uint32_t>(std::min<size_t>(row.a.size(), kMaxStep));
  }
  size_t steps_of(const MmaVector& row) const { return (row.a.size() + depth_of(row) - 1) / depth_of(row); }

  /// Rows of a batch take equally many steps of one depth.
  size_t end_of_batch(size_t first) const {
    size_t end = first;
    while (end < vectors_.size() && end - first < kRowsAtOnce &&
           depth_of(vectors_[end]) == depth_of(vectors_[first]) &&
           steps_of(vectors_[end]) == steps_of(vectors_[first]))
      ++end;
    return end;
  }

  size_t play_batch(size_t first, size_t end) {
    const NumberFormat& operand = traits_of(formats_.input);
    MmaRows rows;
    rows.depth = depth_of(vectors_[first]);
    for (size_t i = first; i < end; ++i) {
      const MmaVector& row = vectors_[i];
      rows.a.emplace_back();
      rows.b.emplace_back();
      for (const uint32_t pattern : row.a) rows.a.back().push_back(loaded(operand, pattern));
      for (const uint32_t pattern : row.b) rows.b.back().push_back(loaded(operand, pattern));
      rows.a.back().resize(steps_of(row) * rows.depth, 0);
      rows.b.back().resize(rows.a.back().size(), arithmetic_.minus_zero);
      const NumberFormat& sums = traits_of(formats_.accumulator);
      rows.c.push_back(is_fp16() ? loaded(sums, stored(sums, row.c)) : row.c);
    }
    std::vector<bool> good(end - first, true);
    for (const HostVectors width : {HostVectors::plain, HostVectors::avx2, HostVectors::avx512}) {
      if (width > host_vectors()) break;
      compare(first, by_block_kernel(arithmetic_, formats_, rows, width), "functional", good);
    }
    for (const bool systolic : {true, false})
      compare(first, by_step_kernel(arithmetic_, formats_, rows, systolic), "exact", good);
    return static_cast<size_t>(std::count(good.begin(), good.end(), true));
  }

  void compare(size_t first, const std::vector<Lane>& results, const char* stepping,
               std::vector<bool>& good) {
    const NumberFormat& format = traits_of(formats_.accumulator);
    for (size_t i = 0; i < results.size(); ++i) {
      const MmaVector& row = vectors_[first + i];
      const uint32_t wanted = is_fp16() ? *row.d_fp16 : row.d, got = stored(format, results[i]);
      const bool any_nan = is_fp16() || !summation_.is_aligned();
      if (got == wanted || (any_nan && is_nan(format, got) && is_nan(format, wanted))) continue;
      good[i] = false;
      if (!mismatch_.empty()) continue;
      const uint32_t digits = format.bits / 4;
      mismatch_ = fmt::format("first mismatch, {}:{}: {:0{}x} ({}), expected {:0{}x}\n", file_, row.line, got,
                              digits, stepping, wanted, digits);
    }
  }

  std::string file_, mismatch_;
  Summation summation_;
  ProductFormats formats_;
  Arithmetic arithmetic_ = int32_arithmetic;
  std::vector<MmaVector> vectors_;
};

}  // namespace

void add_mma(CLI::App& app, Action& chosen) {
  CLI::App* command =
      app.add_subcommand("mma", "play rows of operands through the arithmetic of an MMA unit");
  const auto arguments = std::make_shared<MmaArguments>();
  command->add_option("--rule", arguments->rule, "how products are summed: see 'systole list rules'")
      ->type_name("R")
      ->required();
  command->add_option("--format", arguments->format, "of a and b: see 'systole list formats'")
      ->type_name("F")
      ->required();
  command
      ->add_option("--output", arguments->output, "of c and the results: fp32 (int32 with integers), or fp16")
      ->type_name("F");
  command->add_option("--vectors", arguments->vectors, "rows a;b;c;d, packed by gzip or not")
      ->type_name("FILE")
      ->required();
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return Player(*arguments).play(); }; });
}

}  // namespace systole
