#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "isa_bytes.h"
#include "isa_interpreter.h"

namespace systole::test {
namespace {

constexpr uint8_t kRubbish = 0xCB;

const Move* move_of(const Instruction& instruction) {
  if (const Load* load = std::get_if<Load>(&instruction.op)) return &load->move;
  if (const Store* store = std::get_if<Store>(&instruction.op)) return &store->move;
  return nullptr;
}

/// Neighbours first, an odd last one carried to the next round.
template <typename T>
T pairwise(std::vector<T> values) {
  while (values.size() > 1) {
    std::vector<T> sums;
    for (size_t i = 0; i + 1 < values.size(); i += 2) sums.push_back(values[i] + values[i + 1]);
    if (values.size() % 2) sums.push_back(values.back());
    values = std::move(sums);
  }
  return values.front();
}

}  // namespace

template <typename T>
void IsaMemory::Sum<T>::end_segment() {
  if (!has_chain) return;
  total = has_total ? total + chain : chain;
  has_total = true;
  has_chain = false;
}

IsaMemory::IsaMemory(const AcceleratorParams& arch, uint64_t dram_bytes) : arch_(arch) {
  for (int i = 0; i < kBufferCount; ++i) spaces_[i].assign(arch.buffers[i].size, kRubbish);
  dram().assign(dram_bytes, kRubbish);
}

const uint8_t* IsaMemory::at(Space space, uint64_t offset, uint64_t bytes) const {
  const Bytes& storage = spaces_[static_cast<int>(space)];
  if (offset > storage.size() || bytes > storage.size() - offset) throw ProgramError("address out of range");
  return storage.data() + offset;
}

uint8_t* IsaMemory::at(Space space, uint64_t offset, uint64_t bytes) {
  return const_cast<uint8_t*>(std::as_const(*this).at(space, offset, bytes));
}

IsaMemory::Offsets IsaMemory::offsets(const Move& move, const BoxSide& side) const {
  Offsets all{side.base};
  for (int d = 0; d < kBoxRank - 1; ++d) {
    Offsets next;
    for (uint64_t base : all) {
      for (uint32_t i = 0; i < move.size[d]; ++i) next.push_back(base + i * side.stride[d]);
    }
    all = std::move(next);
  }
  return all;
}

IsaMemory::Offsets IsaMemory::offsets(const ResultView& view) const {
  Offsets all;
  for (uint32_t a = 0; a < view.m[0].size; ++a) {
    for (uint32_t b = 0; b < view.m[1].size; ++b) {
      for (uint32_t c = 0; c < view.m[2].size; ++c) {
        for (uint32_t n = 0; n < view.n.size; ++n) {
          all.push_back(view.base + a * view.m[0].stride + b * view.m[1].stride + c * view.m[2].stride +
                        n * view.n.stride);
        }
      }
    }
  }
  return all;
}

Bytes IsaMemory::gather(Space space, const Offsets& all, uint64_t run) const {
  Bytes bytes;
  for (uint64_t offset : all) {
    const uint8_t* from = at(space, offset, run);
    bytes.insert(bytes.end(), from, from + run);
  }
  return bytes;
}

/// Lane by lane, k innermost; zeros outside the bounds.
Bytes IsaMemory::operand(const OperandView& v) const {
  const uint64_t element = traits_of(v.format).bits / 8;
  Bytes bytes;
  for (uint64_t lane = 0; lane < v.lanes(); ++lane) {
    const uint32_t l2 = static_cast<uint32_t>(lane % v.lane[2].size);
    const uint32_t l1 = static_cast<uint32_t>(lane / v.lane[2].size % v.lane[1].size);
    const uint32_t l0 = static_cast<uint32_t>(lane / v.lane[2].size / v.lane[1].size);
    for (uint32_t r = 0; r < v.k[0].size; ++r) {
      for (uint32_t s = 0; s < v.k[1].size; ++s) {
        for (uint32_t c = 0; c < v.k[2].size; ++c) {
          if (!inside(v.bound[0], l1, r) || !inside(v.bound[1], l2, s)) {
            bytes.insert(bytes.end(), element, 0);
            continue;
          }
          const int64_t address = v.base + l0 * v.lane[0].stride + l1 * v.lane[1].stride +
                                  l2 * v.lane[2].stride + r * v.k[0].stride + s * v.k[1].stride +
                                  c * v.k[2].stride;
          const uint8_t* from = at(v.buffer, static_cast<uint64_t>(address) / 8, element);
          bytes.insert(bytes.end(), from, from + element);
        }
      }
    }
  }
  return bytes;
}

Bytes IsaMemory::sources_of(const Instruction& instruction) const {
  if (const Move* move = move_of(instruction)) {
    return gather(move->from.space, offsets(*move, move->from), move->size[kBoxRank - 1]);
  }
  if (const MatMul* op = std::get_if<MatMul>(&instruction.op)) {
    Bytes bytes = operand(op->input);
    const Bytes weights = operand(op->weight);
    bytes.insert(bytes.end(), weights.begin(), weights.end());
    return bytes;
  }
  const Vector& vector = std::get<Vector>(instruction.op);
  Bytes bytes;
  for (uint32_t i = 0; i < vector.source_count; ++i) {
    const Bytes source = gather(vector, vector.sources[i]);
    bytes.insert(bytes.end(), source.begin(), source.end());
  }
  return bytes;
}

Bytes IsaMemory::targets_of(const Instruction& instruction) const {
  if (const Move* move = move_of(instruction)) {
    return gather(move->to.space, offsets(*move, move->to), move->size[kBoxRank - 1]);
  }
  if (const MatMul* op = std::get_if<MatMul>(&instruction.op)) {
    return gather(op->result.buffer, offsets(op->result), 4);
  }
  const Vector& vector = std::get<Vector>(instruction.op);
  return gather(vector, vector.target());
}

void IsaMemory::rubbish_targets(const Instruction& instruction) {
  if (const Move* move = move_of(instruction)) {
    const uint32_t run = move->size[kBoxRank - 1];
    for (uint64_t offset : offsets(*move, move->to))
      std::memset(at(move->to.space, offset, run), kRubbish, run);
  } else if (const MatMul* op = std::get_if<MatMul>(&instruction.op)) {
    if (op->psum_in == PsumSource::buffer) return;
    for (uint64_t offset : offsets(op->result)) std::memset(at(op->result.buffer, offset, 4), kRubbish, 4);
  }
}

void IsaMemory::copy(const Move& move) {
  const uint32_t run = move.size[kBoxRank - 1];
  const Bytes bytes = gather(move.from.space, offsets(move, move.from), run);
  const uint8_t* from = bytes.data();
  for (uint64_t offset : offsets(move, move.to)) {
    std::memcpy(at(move.to.space, offset, run), from, run);
    from += run;
  }
}

void IsaMemory::multiply(const MatMul& op, const Bytes& operands) {
  if (op.input.format != op.weight.format) throw ProgramError("operands differ in format");
  switch (op.input.format) {
    case Format::fp32:
      return multiply_as<float, float>(op, operands, float_sums_);
    case Format::int8:
      return multiply_as<int8_t, uint32_t>(op, operands, int_sums_);
    case Format::int16:
      return multiply_as<int16_t, uint32_t>(op, operands, int_sums_);
    case Format::int32:
      return multiply_as<int32_t, uint32_t>(op, operands, int_sums_);
    default:
      throw ProgramError("the plain interpreter does not know this format");
  }
}

template <typename Element, typename T>
void IsaMemory::multiply_as(const MatMul& op, const Bytes& operands, std::vector<Sum<T>>& sums) {
  const PeArrayParams& array = arch_.pe_array;
  const uint64_t m_size = op.input.lanes(), n_size = op.weight.lanes(), depth = op.input.depth();
  if (op.weight.depth() != depth) throw ProgramError("operands differ in k");
  const bool in_pes = op.dataflow == Dataflow::output_stationary;
  const auto extent = [](uint32_t instruction, uint32_t pes, uint32_t lanes) {
    return std::max<uint64_t>(instruction, uint64_t{pes} * lanes);
  };
  const bool one_fold =
      in_pes && m_size <= extent(array.mma.instruction.m, array.rows, array.mma.m) * array.mma.warps &&
      n_size <= extent(array.mma.instruction.n, array.cols, array.mma.n);
  const Offsets results = offsets(op.result);
  if (results.size() != m_size * n_size) throw ProgramError("the result's size is not m x n");
  if (op.psum_in != PsumSource::accumulators) {
    sums.assign(m_size * n_size, {});
  } else if (sums.size() != m_size * n_size) {
    throw ProgramError("accumulators hold another tile");
  }
  const uint8_t* weights = operands.data() + m_size * depth * sizeof(Element);
  const uint64_t taps = op.flatten_k ? 1 : uint64_t{op.input.k[0].size} * op.input.k[1].size;
  const uint64_t stretch = depth / taps;
  for (uint64_t i = 0; i < m_size * n_size; ++i) {
    Sum<T>& sum = sums[i];
    uint8_t* result = at(op.result.buffer, results[i], 4);
    if (op.psum_in == PsumSource::buffer) {
      sum.total = get<T>(result);
      sum.has_total = true;
    }
    const uint8_t* a = operands.data() + i / n_size * depth * sizeof(Element);
    const uint8_t* b = weights + i % n_size * depth * sizeof(Element);
    for (uint64_t tap = 0; tap < taps; ++tap) {
      uint64_t fold_steps = 0;
      for (uint64_t k = 0; k < stretch; k += array.mma.k) {
        std::vector<T> products;
        for (uint64_t j = k; j < std::min<uint64_t>(stretch, k + array.mma.k); ++j) {
          const uint64_t at_k = (tap * stretch + j) * sizeof(Element);
          products.push_back(static_cast<T>(get<Element>(a + at_k)) * static_cast<T>(get<Element>(b + at_k)));
        }
        const T step = pairwise(std::move(products));
        sum.chain = sum.has_chain ? sum.chain + step : step;
        sum.has_chain = true;
        if (!in_pes && ++fold_steps % array.rows == 0) sum.end_segment();
      }
      if (!in_pes) sum.end_segment();
    }
    if (!one_fold || op.psum_out == PsumTarget::buffer) sum.end_segment();
    if (op.psum_out == PsumTarget::buffer) put(result, sum.total);
  }
  if (op.psum_out == PsumTarget::buffer) sums.clear();
}

}  // namespace systole::test
