#include "sim/mapping/tile_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/number/block_scale.h"
#include "sim/mapping/summation.h"

namespace systole {
namespace {

constexpr uint64_t kByte = 8;  // bits

/// Smallest pitch in words of at least `words` that puts neighbouring lanes, each reading `run` words a step,
/// into different banks: an odd multiple of the run rounded up to a power of two.
uint64_t lane_pitch(uint64_t words, uint64_t run_words, bool several_lanes) {
  if (!several_lanes) return words;
  const uint64_t unit = power_of_two_at_least(run_words);
  return (div_up(words, unit) | 1) * unit;
}

/// Smallest pitch in words of at least `words` at which two vectors of `run` words, one pitch apart, share no
/// bank: the sums of one are written back in the cycle in which those of the next are read. Odd where the
/// banks are too few.
uint64_t alternating_pitch(uint64_t words, uint64_t run, uint64_t banks) {
  if (2 * run > banks) return words | 1;
  uint64_t pitch = words;
  while (pitch % banks < run || pitch % banks > banks - run) ++pitch;
  return pitch;
}

/// Smallest pitch in words of at least `words` at which a lane that wraps to the next row (image) continues
/// the pattern of banks: steps * pitch = lanes_before * lane_words modulo the banks. Dropped where it cannot
/// be met or would swell the tile by more than half.
uint64_t wrapping_pitch(uint64_t words, uint64_t steps, uint64_t pattern_words, uint64_t banks) {
  const uint64_t limit = words + std::min(banks - 1, words / 2);
  for (uint64_t pitch = words; pitch <= limit; ++pitch) {
    if (steps * pitch % banks == pattern_words % banks) return pitch;
  }
  return words;
}

/// Pixels of an even stride meet in half of the banks. That is no loss while the words they open, all
/// conflicts counted, are no more than the steps they feed (both along the channels of one pixel).
bool stride_starves(uint64_t pixel_words, uint64_t pixel_steps, uint64_t stride) {
  return pixel_words * (stride & ~(stride - 1)) > pixel_steps;
}

/// The pitch of pixels in bits: whole words, or such a fraction of a word that pixels a stride apart are an
/// odd number of words apart, where a step's read keeps to its word all the same.
uint64_t pixel_pitch(uint64_t pixel_bits, uint64_t step_bits, uint64_t stride, bool several_lanes,
                     uint64_t word) {
  const uint64_t run = div_up(std::min(step_bits, pixel_bits), word);
  const uint64_t part = word / stride;
  const bool splits = stride > 1 && word % stride == 0 && part % step_bits == 0 && part % kByte == 0 &&
                      (stride & (stride - 1)) == 0;
  const uint64_t steps = div_up(pixel_bits, step_bits);
  if (several_lanes && splits && stride_starves(div_up(pixel_bits, word), steps, stride)) {
    return (div_up(pixel_bits, part) | 1) * part;
  }
  return lane_pitch(div_up(pixel_bits, word), run, several_lanes) * word;
}

uint64_t word_bits(const BufferParams& buffer) { return kByte * buffer.word_bytes(); }

/// The bits of a row of numbers, with those that complete its last byte where numbers lie across bytes.
uint64_t row_bits(Format format, uint64_t numbers) {
  const NumberFormat& f = traits_of(format);
  return (f.straddles_words() ? round_up(numbers, f.whole_bytes()) : numbers) * f.bits;
}

bool is_interleaved(const Problem& p) { return p.input.group == p.C * p.input.channel; }

/// The pitch of exponents of neighbouring lanes, `bits` each: close together, as neighbours in one word share
/// an access, or an odd number of words apart.
uint64_t exponent_pitch(uint64_t bits, uint64_t word) {
  return bits > word ? (div_up(bits, word) | 1) * word : bits;
}

InputLayout window_layout(const TileContext& context, const Tiles& tiles, uint32_t rows, uint32_t cols) {
  const Problem& p = context.problem;
  const BufferParams& buffer = context.buffer(Space::input);
  const FeedStep feed = feed_step(context.traits, context.arch.pe_array, GemmDim::m);
  const uint64_t element = p.input_bits(), word = word_bits(buffer);
  const bool interleaved = is_interleaved(p);
  const uint64_t pixel_bits =
      row_bits(p.formats.input, (interleaved ? tiles.groups : 1) * uint64_t{tiles.channels});
  const uint64_t lanes = std::min(feed.lanes, uint64_t{tiles.images} * tiles.rows * tiles.cols);
  const uint64_t step_h = p.R == 1 ? 1 : p.stride_h, step_w = p.S == 1 ? 1 : p.stride_w;

  const uint64_t pixel = pixel_pitch(pixel_bits, feed.depth * element, step_w, lanes > 1, word);
  uint64_t row = div_up(cols * pixel, word);
  if (lanes > tiles.cols) row = wrapping_pitch(row, step_h, tiles.cols * step_w * pixel / word, buffer.banks);
  uint64_t image = rows * row;
  if (lanes > uint64_t{tiles.rows} * tiles.cols) {
    image = wrapping_pitch(image, 1, tiles.rows * step_h * row, buffer.banks);
  }
  InputLayout layout;
  layout.channel = static_cast<int64_t>(element);
  layout.pixel = static_cast<int64_t>(pixel);
  layout.row = static_cast<int64_t>(row * word);
  layout.image = static_cast<int64_t>(image * word);
  layout.group = static_cast<int64_t>(interleaved ? tiles.channels * element : tiles.images * image * word);
  layout.bytes = (interleaved ? 1 : tiles.groups) * tiles.images * image * buffer.word_bytes();
  return layout;
}

/// [group][k][lane]: the roles of lanes and k are swapped.
InputLayout transposed_layout(const TileContext& context, const Tiles& tiles) {
  const FeedStep feed = feed_step(context.traits, context.arch.pe_array, GemmDim::m);
  const uint64_t element = context.problem.input_bits(), word = word_bits(context.buffer(Space::input));
  const uint64_t run = div_up(std::min<uint64_t>(feed.lanes, tiles.cols) * element, word);
  const bool several = std::min<uint64_t>(feed.depth, tiles.channels) > 1;
  const uint64_t pitch =
      lane_pitch(div_up(row_bits(context.problem.formats.input, tiles.cols), word), run, several) * word;
  InputLayout layout;
  layout.pixel = static_cast<int64_t>(element);
  layout.channel = static_cast<int64_t>(pitch);
  layout.row = layout.image = layout.group = static_cast<int64_t>(pitch * tiles.channels);
  layout.bytes = pitch * tiles.channels * tiles.groups / kByte;
  return layout;
}

}  // namespace

TileContext::TileContext(const Problem& problem_in, const AcceleratorParams& arch_in, Dataflow dataflow,
                         std::optional<Halo> halo_in, Residency residency_in, Indexing indexing_in)
    : problem(problem_in),
      arch(arch_in),
      traits(traits_of(dataflow)),
      halo(halo_in),
      residency(residency_in),
      indexing(indexing_in),
      vertical(vertical_axis(problem)),
      horizontal(horizontal_axis(problem)) {
  const ProductFormats products = problem.formats.products();
  const std::string refused = refusal_of(arch.pe_array.mma, products);
  if (!refused.empty()) throw MappingError("pe_array.mma.sum: " + refused);
  arch.pe_array = arch.pe_array.taking(products);
  if (traits.time != GemmDim::k && arch.pe_array.mma.keeps_sums()) {
    throw MappingError(fmt::format(
        "pe_array.mma: instruction, warps, accumulate, set_gap and drain are of sums that stay in the PEs, "
        "legal with dataflow {}: none of them",
        traits.name));
  }
}

InputLayout input_layout(const TileContext& context, const Tiles& tiles, uint32_t rows, uint32_t cols) {
  return context.problem.input.channel == 1 ? window_layout(context, tiles, rows, cols)
                                            : transposed_layout(context, tiles);
}

WeightLayout weight_layout(const TileContext& context, const Tiles& tiles) {
  const Problem& p = context.problem;
  const uint64_t element = p.weight_bits(), word = word_bits(context.buffer(Space::weight));
  const FeedStep feed = feed_step(context.traits, context.arch.pe_array, GemmDim::n);
  const uint64_t lanes = std::min<uint64_t>(feed.lanes, tiles.filters);
  const uint64_t taps = uint64_t{p.R} * p.S;
  WeightLayout layout;
  if (p.weight.channel == 1) {
    // Unless k is flattened each tap starts where a step's read does not straddle two words.
    const uint64_t align = context.flatten_k()
                               ? std::max(element, kByte)
                               : std::max(kByte, std::min(word, power_of_two_at_least(feed.depth * element)));
    const uint64_t depth = context.flatten_k() ? taps * tiles.channels : tiles.channels;
    const uint64_t run = div_up(std::min(feed.depth, depth) * element, word);
    layout.channel = static_cast<int64_t>(element);
    layout.tap = static_cast<int64_t>(round_up(row_bits(p.formats.weight, tiles.channels), align));
    layout.filter = static_cast<int64_t>(lane_pitch(div_up(taps * layout.tap, word), run, lanes > 1) * word);
    layout.group = layout.filter * tiles.filters;
  } else {
    const bool several = std::min<uint64_t>(feed.depth, tiles.channels) > 1;
    const uint64_t run = div_up(lanes * element, word);
    layout.filter = static_cast<int64_t>(element);
    layout.channel = static_cast<int64_t>(
        lane_pitch(div_up(row_bits(p.formats.weight, tiles.filters), word), run, several) * word);
    layout.tap = layout.group = layout.channel * tiles.channels;
  }
  layout.bytes = static_cast<uint64_t>(layout.group) * tiles.groups / kByte;
  return layout;
}

InputLayout input_exponent_layout(const TileContext& context, const Tiles& tiles, uint32_t rows,
                                  uint32_t cols) {
  const Problem& p = context.problem;
  InputLayout layout;
  if (p.input_block() == 0) return layout;
  const uint64_t blocks = div_up(tiles.channels, p.input_block()),
                 word = word_bits(context.buffer(Space::input));
  if (p.input.channel != 1) {
    layout.pixel = kExponentBits;
    layout.channel = static_cast<int64_t>(exponent_pitch(tiles.cols * kExponentBits, word));
    layout.row = layout.image = layout.group = static_cast<int64_t>(blocks) * layout.channel;
  } else {
    const bool interleaved = is_interleaved(p);
    const uint64_t pixel = exponent_pitch((interleaved ? tiles.groups : 1) * blocks * kExponentBits, word);
    layout.channel = kExponentBits;
    layout.pixel = static_cast<int64_t>(pixel);
    layout.row = cols * layout.pixel;
    layout.image = rows * layout.row;
    layout.group = interleaved ? static_cast<int64_t>(blocks * kExponentBits) : tiles.images * layout.image;
    if (interleaved) {
      layout.bytes = round_up(static_cast<uint64_t>(tiles.images * layout.image), word) / kByte;
      return layout;
    }
  }
  layout.bytes = round_up(static_cast<uint64_t>(tiles.groups * layout.group), word) / kByte;
  return layout;
}

WeightLayout weight_exponent_layout(const TileContext& context, const Tiles& tiles) {
  const Problem& p = context.problem;
  WeightLayout layout;
  if (p.weight_block() == 0) return layout;
  const uint64_t blocks = div_up(tiles.channels, p.weight_block()),
                 word = word_bits(context.buffer(Space::weight));
  if (p.weight.channel == 1) {
    const uint64_t taps = uint64_t{p.R} * p.S;
    layout.channel = kExponentBits;
    layout.tap = static_cast<int64_t>(blocks * kExponentBits);
    layout.filter = static_cast<int64_t>(exponent_pitch(taps * blocks * kExponentBits, word));
    layout.group = layout.filter * tiles.filters;
  } else {
    layout.filter = kExponentBits;
    layout.channel = static_cast<int64_t>(exponent_pitch(tiles.filters * kExponentBits, word));
    layout.tap = layout.group = layout.channel * static_cast<int64_t>(blocks);
  }
  layout.bytes = round_up(static_cast<uint64_t>(tiles.groups * layout.group), word) / kByte;
  return layout;
}

ResultLayout result_layout(const TileContext& context, const Tiles& tiles, bool alternates) {
  const BufferParams& buffer = context.buffer(Space::output);
  const uint64_t word = buffer.word_bytes(), columns = uint64_t{tiles.groups} * tiles.filters;
  const uint64_t words = div_up(columns * 4, word);
  // What the array puts out in a cycle: rows of results along n, or (input-stationary) columns of short runs.
  const PeArrayParams& array = context.arch.pe_array;
  const bool by_column = context.traits.cols == GemmDim::m;
  const uint64_t lanes = by_column ? uint64_t{array.cols} * array.mma.m : array.mma.m;
  const uint64_t run = by_column ? array.mma.n : uint64_t{array.cols} * array.mma.n;
  const uint64_t run_bytes = std::min<uint64_t>(run, tiles.filters) * 4, run_words = div_up(run_bytes, word);
  ResultLayout layout;
  layout.group = int64_t{tiles.filters} * 4;
  if (lanes > 1) {
    const uint64_t apart = alternates && by_column ? 2 * power_of_two_at_least(run_words) : run_words;
    layout.pixel = static_cast<int64_t>(lane_pitch(words, apart, true) * word);
  } else {
    const bool straddles = run_bytes % word != 0 && columns > run;
    const uint64_t pitch =
        alternates ? alternating_pitch(words, run_words + (straddles ? 1 : 0), buffer.banks) : words | 1;
    layout.pixel = static_cast<int64_t>(pitch * word);
  }
  layout.narrow_pixel = static_cast<int64_t>(round_up(columns * context.problem.output_bytes(), word));
  layout.bytes = uint64_t{tiles.images} * tiles.rows * tiles.cols * layout.pixel;
  return layout;
}

}  // namespace systole
