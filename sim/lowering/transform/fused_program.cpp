#include "sim/lowering/transform/fused_program.h"

#include <algorithm>

#include "sim/lowering/stage/stage_post.h"

namespace systole {
namespace {

/// Transforms of a whole tile take longer than a step: they begin as early as there are places.
constexpr uint32_t kLookahead = 64;

LaneTaps points_apart(uint32_t points, int64_t pitch) {
  std::vector<LaneTap> taps;
  for (uint32_t point = 0; point < points; ++point) taps.push_back({point * pitch, 0, 0});
  return std::make_shared<const std::vector<LaneTap>>(std::move(taps));
}

}  // namespace

FusedProgram::Places::Places(const ReservedPlan& plan) {
  for (uint32_t i = 0; i < plan.places; ++i) places_.push_back({plan.address(i), 0, 0, 0, 0, 0});
}

FusedProgram::FusedProgram(const FusedPlan& plan, const WinogradStages& stages, const DramLayout& layout)
    : TileProgram(plan.context, plan.plan, layout, kLookahead),
      fused_(plan),
      stages_(stages),
      data_(fused_.data_places),
      filters_(fused_.filter_places),
      outputs_(fused_.output_places),
      data_points_(points_apart(stages.tiles.points(), plan.plan.input.group)),
      filter_points_(points_apart(stages.tiles.points(), plan.plan.weight.group)),
      result_points_(points_apart(stages.tiles.points(), 8 * plan.plan.result.group)) {}

void FusedProgram::load_all(const std::vector<Move>& moves, Place& place) {
  Wait wait;
  wait.on(Event::vector_done, place.vector);
  wait.on(Event::store_done, place.store);
  wait.on(Event::load_done, place.copied);
  for (const Move& move : moves) place.load = load(move, wait);
}

uint32_t FusedProgram::copy_halo(const ItemBlock& block, Place& raw) {
  Place* before = last_raw_;
  const ItemBlock window = last_window_;
  last_raw_ = &raw;
  last_window_ = block;
  if (context_.halo == Halo::refetch) return 0;
  if (before == nullptr || before == &raw || window.begin[2] + window.size[2] != block.begin[2]) return 0;
  for (int d : {0, 1, 3, 4}) {
    if (window.begin[d] != block.begin[d] || window.size[d] != block.size[d]) return 0;
  }
  const auto copy = fused_.data.copy_shared_rows(window, block, Space::input, before->address, raw.address);
  if (!copy) return 0;
  Wait wait;
  wait.on(Event::vector_done, raw.vector);
  wait.on(Event::load_done, std::max(raw.copied, before->load));
  raw.load = load(*copy, wait);
  before->copied = raw.load;
  return fused_.data.shared_rows(window, block);
}

void FusedProgram::fetch_input(Work& work) {
  work.has_input = true;
  const TileStep& s = work.step;
  work.window = moves_.input_window(s);
  const bool resident = inputs_.find(s.input).has_value();
  work.input = inputs_.use(s.input);
  Directory::Users& users = inputs_.users(work.input);
  if (!resident) {
    Place& raw = data_.next();
    const ItemBlock block{{s.groups.index, s.images.begin, s.rows.begin, s.cols.begin, s.channels.begin},
                          {1, 1, s.rows.size, s.cols.size, s.channels.size}};
    const uint32_t held = copy_halo(block, raw);
    load_all(fused_.data.moves(block, Space::input, raw.address, true, held, stages_.data.source.format),
             raw);
    const InputLayout& to = plan_.input;
    Vector transform;
    transform.program = stages_.data.program;
    transform.items = block.size;
    transform.source() = fused_.data.view(block, Space::input, raw.address);
    transform.target().buffer = Space::input;
    transform.target().base = static_cast<int64_t>(8 * plan_.input_buffer.address(work.input));
    transform.target().stride = {0, to.image, to.row, to.pixel, to.channel};
    transform.target().taps = data_points_;
    transform.target().format = stages_.data.target.format;
    transform.target().tensor = Tensor::workspace;
    Instruction instruction;
    instruction.wait.on(Event::load_done, raw.load);
    instruction.wait.on(Event::matmul_read, users.matmul);
    instruction.op = transform;
    users = {};
    users.vector = raw.vector = vector(instruction);
  }
  work.operands.on(Event::vector_done, users.vector);
}

void FusedProgram::fetch_weight(Work& work) {
  if (stages_.ahead) return TileProgram::fetch_weight(work);
  work.has_weight = true;
  const TileStep& s = work.step;
  const bool resident = weights_.find(s.weight).has_value();
  work.weight = weights_.use(s.weight);
  Directory::Users& users = weights_.users(work.weight);
  if (!resident) {
    Place& raw = filters_.next();
    const ItemBlock block{{s.groups.index, s.filters.begin, 0, 0, s.channels.begin},
                          {1, s.filters.size, 1, 1, s.channels.size}};
    load_all(fused_.filter.moves(block, Space::weight, raw.address, true, 0, stages_.filter.source.format),
             raw);
    const WeightLayout& to = plan_.weight;
    Vector transform;
    transform.program = stages_.filter.program;
    transform.items = block.size;
    transform.source() = fused_.filter.view(block, Space::weight, raw.address);
    transform.target().buffer = Space::weight;
    transform.target().base = static_cast<int64_t>(8 * plan_.weight_buffer.address(work.weight));
    transform.target().stride = {0, to.filter, 0, 0, to.channel};
    transform.target().taps = filter_points_;
    transform.target().format = stages_.filter.target.format;
    transform.target().tensor = Tensor::workspace;
    Instruction instruction;
    instruction.wait.on(Event::load_done, raw.load);
    instruction.wait.on(Event::matmul_read, users.matmul);
    instruction.op = transform;
    users = {};
    users.vector = raw.vector = vector(instruction);
  }
  work.operands.on(Event::vector_done, users.vector);
}

void FusedProgram::finish_step() {
  const TileStep& s = now_.step;
  if (!s.last_k) return;
  Place& out = outputs_.next();
  const ItemBlock block{{s.groups.index, s.images.begin, s.rows.begin, s.cols.begin, s.filters.begin},
                        {1, 1, s.rows.size, s.cols.size, s.filters.size}};
  const TransformStage& stage = stages_.inverse;
  const int64_t pixel = 8 * plan_.result.pixel;
  Vector transform;
  transform.program = stage.program;
  transform.items = block.size;
  transform.source().buffer = Space::output;
  transform.source().base = static_cast<int64_t>(8 * plan_.output_buffer.address(now_.result));
  transform.source().stride = {0, 0, pixel * s.cols.size, pixel, stage.source.bits()};
  transform.source().format = stage.source.format;
  transform.source().taps = result_points_;
  transform.source().tensor = Tensor::workspace;
  transform.target() = fused_.output.view(block, Space::output, out.address);
  Instruction instruction;
  instruction.wait.on(Event::matmul_done, matmuls_);
  instruction.wait.on(Event::store_done, out.store);
  instruction.op = transform;
  out.vector = results_.users(now_.result).vector = vector(instruction);

  if (stage.post.ops.any()) {
    Instruction finish;
    const PostPlaces places = {out.address, Space::output, out.address + fused_.bias_offset};
    if (stage.post.ops.bias) {
      const uint64_t first = uint64_t{s.groups.index} * stage.items[4] + s.filters.begin;
      Wait wait;
      wait.on(Event::vector_done, out.finished);
      finish.wait.on(Event::load_done,
                     load(make_move(Tensor::bias, 32, {{s.filters.size, 32, 32}}, Space::dram,
                                    stage.post.bias_base + first * 4, Space::output, places.bias),
                          wait));
    }
    finish.op = stage_post(stage, fused_.output, block, places, 0).front();
    out.vector = out.finished = vector(finish);
  }
  Wait wait;
  wait.on(Event::vector_done, out.vector);
  for (const Move& move : fused_.output.moves(block, Space::output, out.address, false, 0, stage.stored())) {
    out.store = store(move, wait);
  }
}

}  // namespace systole
