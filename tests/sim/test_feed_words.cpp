// The words that a feeder opens, as its schedule has them, against a plain feeder.
#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "models/compute/block/feed_schedule.h"
#include "tests/sim/plain_feeder.h"
#include "tests/sim/random_machines.h"

namespace systole::test {
namespace {

std::string text_of(const WalkCase& c) {
  const auto list = [](const auto&... numbers) { return ((std::to_string(numbers) + " ") + ...); };
  std::string text = c.along_k ? "along k, " : "along lanes, ";
  text += "lanes, k: " + list(c.begin, c.lanes, c.k_begin, c.k_count);
  text += "depth, lanes a step, flattened: " + list(c.depth, c.lanes_per_step, c.flatten);
  text += "base: " + list(c.view.base);
  for (const Axis& axis : c.view.lane) text += "lane " + list(axis.size, axis.stride);
  for (const Axis& axis : c.view.k) text += "k " + list(axis.size, axis.stride);
  for (const Bound& b : c.view.bound) text += "bound " + list(b.origin, b.lane_step, b.k_step, b.limit);
  const BufferParams& p = c.buffer;
  return text + "buffer " + list(p.size, p.banks, p.ports, p.width_bits, p.slots);
}

void begin_walk(OperandWalk& walk, const WalkCase& c, SramBuffer& buffer) {
  walk.set_operand(c.view, buffer, c.depth, c.flatten);
  if (c.along_k) {
    walk.walk_k(c.begin, c.lanes, c.k_begin, c.k_count);
  } else {
    walk.walk_lanes(c.lanes, c.lanes_per_step, c.k_begin, c.k_count);
  }
}

/// How long the busiest bank works on a step, or its addresses take if that is longer.
uint32_t cycles_of(const Step& step, const BufferParams& buffer, uint32_t step_cycles) {
  uint32_t most = 0;
  for (uint32_t bank : step.banks) {
    most = std::max(most, static_cast<uint32_t>(std::count(step.banks.begin(), step.banks.end(), bank)));
  }
  return std::max((most + buffer.ports - 1) / buffer.ports, step_cycles);
}

/// Where the schedule of a walk, which has begun, is not what its ports do; else empty.
std::string difference(FeedScheduler& scheduler, const OperandWalk& walk, const WalkCase& c,
                       uint32_t step_cycles) {
  const std::vector<Step> steps = steps_of(c);
  const FeedSchedule& schedule = scheduler.schedule(walk, step_cycles);
  if (walk.steps() != steps.size() || schedule.cycles.size() != steps.size()) return "the number of steps";
  uint64_t accesses = 0, elements = 0, exponent_accesses = 0, exponents = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::vector<uint32_t> banks = scheduler.banks_of(walk, i);
    std::sort(banks.begin(), banks.end());
    if (banks != steps[i].banks) return "the banks of step " + std::to_string(i);
    if (schedule.cycles[i] != cycles_of(steps[i], c.buffer, step_cycles))
      return "the cycles of step " + std::to_string(i);
    accesses += steps[i].banks.size() - steps[i].exponent_accesses;
    elements += steps[i].elements;
    exponent_accesses += steps[i].exponent_accesses;
    exponents += steps[i].exponents;
  }
  if (schedule.exponent_accesses != exponent_accesses) return "the accesses to exponents";
  if (schedule.exponents != exponents) return "the exponents";
  return schedule.accesses != accesses ? "the accesses" : schedule.elements != elements ? "the elements" : "";
}

/// How lanes and taps run along one side of an image.
struct Side {
  uint32_t lanes = 1, taps = 1, length = 1;
  Bound bound;
};

/// With padding all around, or as long as lanes and taps reach.
Side random_side(Draw& draw) {
  Side side;
  side.lanes = draw(1, 6);
  side.taps = draw(1, 3);
  side.length = draw(1, 9);
  const uint32_t stride = draw(1, 3), dilation = draw(1, 3);
  side.bound.lane_step = static_cast<int32_t>(stride);
  side.bound.k_step = static_cast<int32_t>(dilation);
  const bool padded = draw.coin();
  if (padded) {
    side.bound.origin = -static_cast<int32_t>(draw(0, 3));
  } else {
    side.length = (side.lanes - 1) * stride + (side.taps - 1) * dilation + 1;
  }
  if (padded || draw.coin()) side.bound.limit = static_cast<int32_t>(side.length);
  return side;
}

int64_t blocks_in(uint32_t channels) { return (channels + 31) / 32; }

/// The window of a convolution over images that begin at 0, their channels side by side or in planes.
OperandView random_window(Draw& draw, int64_t element, int64_t& bits, int64_t& exponent_bits) {
  const Side y = random_side(draw), x = random_side(draw);
  const uint32_t images = draw(1, 2), channels = draw(1, 24);
  const bool planes = draw.coin();
  const int64_t height = y.length, width = x.length;
  const int64_t channel = planes ? height * width * element : element;
  const int64_t pixel = planes ? element : channels * element;
  const int64_t row = width * pixel, image = height * width * channels * element;
  OperandView view;
  view.lane = {{{images, image}, {y.lanes, y.bound.lane_step * row}, {x.lanes, x.bound.lane_step * pixel}}};
  view.k = {{{y.taps, y.bound.k_step * row}, {x.taps, x.bound.k_step * pixel}, {channels, channel}}};
  view.bound = {{y.bound, x.bound}};
  view.base = y.bound.origin * row + x.bound.origin * pixel;
  bits = images * image;
  const int64_t e_pixel = 8 * blocks_in(channels), e_row = width * e_pixel;
  view.exponents = {y.bound.origin * e_row + x.bound.origin * e_pixel,
                    {height * e_row, y.bound.lane_step * e_row, x.bound.lane_step * e_pixel},
                    {y.bound.k_step * e_row, x.bound.k_step * e_pixel, 8}};
  exponent_bits = images * height * e_row;
  return view;
}

/// The rows of a matrix that begins at 0, or its columns; now and then with k backwards.
OperandView random_matrix(Draw& draw, int64_t element, int64_t& bits, int64_t& exponent_bits) {
  const uint32_t lanes = draw(1, 40), k = draw(1, 300), gap = draw(0, 9);
  const bool columns = draw.coin();
  OperandView view;
  view.lane[2] = {lanes, columns ? element : (k + gap) * element};
  view.k[2] = {k, columns ? (lanes + gap) * element : element};
  bits = columns ? k * view.k[2].stride : lanes * view.lane[2].stride;
  const int64_t blocks = blocks_in(k);
  view.exponents = {0, {0, 0, columns ? 8 : 8 * blocks}, {0, 0, columns ? 8 * int64_t{lanes} : 8}};
  exponent_bits = 8 * blocks * lanes;
  if (draw(0, 7) == 0) {
    view.base = (k - 1) * view.k[2].stride;
    view.k[2].stride = -view.k[2].stride;
  }
  return view;
}

/// Anywhere in the buffer, near its beginning (where padding lies before it) or across its middle.
uint64_t random_place(Draw& draw, uint64_t bytes, uint64_t size, uint64_t element) {
  const auto last = static_cast<uint32_t>(size - bytes);
  const uint32_t kind = draw(0, 3);
  const uint32_t place = kind == 0   ? draw(0, 99)
                         : kind == 1 ? static_cast<uint32_t>(size / 2) - draw(0, static_cast<uint32_t>(bytes))
                                     : draw(0, last);
  return std::min(place, last) / element * element;
}

WalkCase random_walk(Draw& draw, const BufferParams& buffer) {
  WalkCase c;
  c.buffer = buffer;
  const Format format = draw.of({Format::int8, Format::int16, Format::fp32, Format::int32, Format::int4,
                                 Format::int1, Format::mxfp8, Format::mxfp6, Format::mxfp4});
  const uint32_t bits = traits_of(format).bits;
  int64_t all_bits = 0, exponent_bits = 0;
  c.view = draw.coin() ? random_window(draw, bits, all_bits, exponent_bits)
                       : random_matrix(draw, bits, all_bits, exponent_bits);
  c.view.format = format;
  if (c.view.block() == 0) {
    c.view.exponents = {};
    exponent_bits = 0;
  }
  const uint64_t of_elements = (static_cast<uint64_t>(all_bits) + 7) / 8,
                 bytes = of_elements + static_cast<uint64_t>(exponent_bits) / 8;
  c.first = random_place(draw, bytes, buffer.size, std::max(1U, bits / 8));
  c.end = c.first + bytes;
  c.view.base += static_cast<int64_t>(8 * c.first);
  if (c.view.block() > 0) c.view.exponents.base += static_cast<int64_t>(8 * (c.first + of_elements));

  c.depth = draw(1, 5);
  c.flatten = draw.coin();
  const auto steps_of_elements = [&](uint64_t elements) {
    return static_cast<uint32_t>((elements + c.depth - 1) / c.depth);
  };
  // What is padded to whole steps, and what a walk along lanes stays within.
  const uint32_t group = steps_of_elements(c.flatten ? c.view.depth() : c.view.k[2].size);
  const uint32_t steps = c.flatten ? group : group * c.view.k[0].size * c.view.k[1].size;
  const auto lanes = static_cast<uint32_t>(c.view.lanes());
  c.along_k = draw.coin();
  const uint32_t k_begin = draw.coin() ? 0 : draw(0, steps - 1);
  const uint32_t k_left = c.along_k ? steps - k_begin : group - k_begin % group;
  c.k_begin = k_begin;
  c.k_count = draw.coin() ? k_left : draw(1, k_left);
  const uint32_t begin = c.along_k && draw.coin() ? draw(0, lanes - 1) : 0;
  c.begin = begin;
  c.lanes = draw.coin() ? lanes - begin : draw(1, lanes - begin);
  if (!c.along_k) c.lanes_per_step = draw(1, 4);
  return c;
}

}  // namespace

// Two lanes of bytes, four bytes apart in words of eight: both are in word 0 at first, then the second one
// goes on to word 1, and nothing else is ever opened.
TEST_CASE("feed words: two ports by hand") {
  WalkCase c;
  c.buffer = {4096, 4, 1, 64, 1};
  c.view.format = Format::int8;
  c.view.lane[2] = {2, 8 * 4};
  c.view.k[2] = {8, 8};
  c.lanes = 2;
  c.k_count = 8;
  SramBuffer buffer("buffer", c.buffer);
  OperandWalk walk;
  begin_walk(walk, c, buffer);
  FeedScheduler scheduler;
  const FeedSchedule& schedule = scheduler.schedule(walk, 0);
  CHECK(schedule.cycles == std::vector<uint32_t>{1, 0, 0, 0, 1, 0, 0, 0});
  CHECK(schedule.accesses == 2);
  CHECK(schedule.elements == 16);
  CHECK(scheduler.banks_of(walk, 0) == std::vector<uint32_t>{0});
  CHECK(scheduler.banks_of(walk, 4) == std::vector<uint32_t>{1});
  CHECK(scheduler.banks_of(walk, 7).empty());
  CHECK(difference(scheduler, walk, c, 0) == "");
}

TEST_CASE("feed words: random walks, and the same ones whole words and a slot further on") {
  uint64_t pairs = 0, shared = 0;
  for (uint32_t seed = 0; seed < 100; ++seed) {
    Draw draw(seed);
    BufferParams params;
    params.size = 1 << 18;
    params.banks = 1U << draw(0, 4);
    params.ports = draw(1, 3);
    params.width_bits = 64U << draw(0, 2);
    params.slots = draw(1, 2);
    SramBuffer buffer("buffer", params);
    FeedScheduler scheduler;
    OperandWalk walk, other;
    for (int round = 0; round < 10; ++round) {
      const WalkCase c = random_walk(draw, params);
      const uint32_t step_cycles = draw.of({0U, 0U, 1U, 3U});
      INFO("seed " << seed << ", round " << round << ": " << text_of(c));
      begin_walk(walk, c, buffer);
      CHECK(difference(scheduler, walk, c, step_cycles) == "");
      const FeedSchedule* const schedule = &scheduler.schedule(walk, step_cycles);
      for (const uint64_t shift : {draw(1, 64) * params.word_bytes(), params.size / 2}) {
        if (c.end + shift > params.size) continue;
        WalkCase moved = c;
        moved.view.base += static_cast<int64_t>(8 * shift);
        if (moved.view.block() > 0) moved.view.exponents.base += static_cast<int64_t>(8 * shift);
        INFO(shift << " bytes further on");
        begin_walk(other, moved, buffer);
        CHECK(difference(scheduler, other, moved, step_cycles) == "");
        if (!walk.in_one_slot() || !other.in_one_slot()) continue;
        ++pairs;
        shared += &scheduler.schedule(other, step_cycles) == schedule ? 1 : 0;
      }
      CHECK(difference(scheduler, walk, c, step_cycles) == "");
    }
  }
  CHECK(pairs > 300);
  CHECK(shared == pairs);  // worked out once
}

// The feeder of an operand reads whichever buffer its view names: banks and slots are others in each.
TEST_CASE("feed words: buffers of many forms, one scheduler") {
  const std::vector<BufferParams> forms = {{4096, 8, 1, 64, 2},  {4096, 16, 1, 64, 1}, {8192, 8, 1, 64, 2},
                                           {2048, 16, 1, 64, 1}, {4096, 8, 2, 64, 2},  {4096, 8, 1, 128, 2},
                                           {4096, 4, 1, 64, 2},  {8192, 4, 1, 64, 1}};
  std::vector<std::unique_ptr<SramBuffer>> buffers;
  for (const BufferParams& form : forms) {
    buffers.push_back(std::make_unique<SramBuffer>(sc_core::sc_gen_unique_name("buffer"), form));
  }
  WalkCase matrix;  // 16 rows of 64 bytes, along k
  matrix.view.lane[2] = {16, 64};
  matrix.view.k[2] = {16, 4};
  matrix.lanes = matrix.k_count = 16;
  matrix.end = 1024;
  WalkCase behind = matrix;  // in the second slot of the smaller buffers
  behind.view.base = 2048;
  behind.end = 2048 + 1024;
  WalkCase pixels;  // 48 of them, and one of padding ahead: across slots, and its addresses begin below 0
  pixels.view.base = -64;
  pixels.view.lane[2] = {49, 64};
  pixels.view.k[2] = {16, 4};
  pixels.view.bound[1] = {-1, 1, 0, 48};
  pixels.along_k = false;
  pixels.lanes = 49;
  pixels.k_count = 16;
  pixels.end = 48 * 64;

  FeedScheduler scheduler;
  OperandWalk walk;
  for (WalkCase c : {matrix, behind, pixels}) {
    for (std::size_t i = 0; i < 2 * forms.size(); ++i) {
      const std::size_t form = i < forms.size() ? i : 2 * forms.size() - 1 - i;  // there and back
      c.buffer = forms[form];
      if (c.end > c.buffer.size) continue;
      INFO(text_of(c));
      begin_walk(walk, c, *buffers[form]);
      CHECK(difference(scheduler, walk, c, 0) == "");
    }
  }
}

}  // namespace systole::test
