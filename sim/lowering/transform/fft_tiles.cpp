#include "sim/lowering/transform/fft_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/lowering/transform/bin_form.h"
#include "sim/lowering/transform/program_cache.h"
#include "sim/mapping/array_shape.h"
#include "sim/mapping/estimate.h"

namespace systole {
namespace {

constexpr std::array<uint32_t, 6> kTileSizes = {4, 6, 8, 10, 12, 16};
constexpr std::array<uint32_t, 11> kLineSizes = {4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64};

using Program = std::shared_ptr<const LaneProgram>;

Program program(const TileFft& tile, bool inverse, bool reversed) {
  const std::vector<uint32_t> key = {1,
                                     tile.n,
                                     tile.rows.first,
                                     tile.rows.count,
                                     tile.cols.first,
                                     tile.cols.count,
                                     static_cast<uint32_t>(tile.form),
                                     tile.folded,
                                     tile.line,
                                     inverse,
                                     reversed};
  return cached_program(key, [&] {
    LaneProgram made = inverse ? inverse_tile_fft_program(tile) : tile_fft_program(tile);
    return reversed ? with_reversed_inputs(std::move(made), 1) : made;
  });
}

class Chooser {
 public:
  Chooser(const LoweringRequest& request, const Problem& problem)
      : request_(request), p_(problem), options_(request.layer.transform), forms_(bin_forms(options_)) {}

  FftTiles best(std::string& reason) {
    const bool line = p_.R == 1 || p_.S == 1;
    if (options_.fft_n) return made(*options_.fft_n, reason);
    FftTiles best;
    const auto consider = [&](const auto& sizes) {
      for (uint32_t n : sizes) {
        if (n < std::max(p_.R, p_.S)) continue;
        std::string why;
        const FftTiles tiles = made(n, why);
        if (tiles.n == 0) {
          if (reason.empty()) reason = why;
          continue;
        }
        if (best.n == 0 || cost(tiles) < cost(best)) best = tiles;
      }
    };
    if (line) {
      consider(kLineSizes);
    } else {
      consider(kTileSizes);
    }
    if (best.n > 0) {
      reason.clear();
    } else if (reason.empty()) {
      made(next_fourier_size(std::max(p_.R, p_.S)), reason);
    }
    return best;
  }

 private:
  FftTiles shape(uint32_t n) const {
    FftTiles t;
    t.n = n;
    t.line = p_.R == 1 || p_.S == 1;
    t.down = t.line && p_.S == 1;
    t.height = p_.R == 1 ? 1 : n;
    t.width = p_.S == 1 ? 1 : n;
    t.out_rows = t.height - p_.R + 1;
    t.out_cols = t.width - p_.S + 1;
    t.rows = static_cast<uint32_t>(div_up(p_.P, t.out_rows));
    t.cols = static_cast<uint32_t>(div_up(p_.Q, t.out_cols));
    return t;
  }

  /// The tiles with their transforms; n is 0 where there is no room for them.
  FftTiles made(uint32_t n, std::string& reason) const {
    const std::string size =
        p_.R == 1 || p_.S == 1 ? fmt::format("lines of {}", n) : fmt::format("tiles of {0}x{0}", n);
    if (n < std::max(p_.R, p_.S)) {
      reason = fmt::format("{} do not hold a {}x{} filter", size, p_.R, p_.S);
      return {};
    }
    FftTiles t = shape(n);
    const AcceleratorParams& arch = request_.arch;
    const auto refuse = [&](const char* least, uint32_t registers) {
      reason = fmt::format("the transforms of {} need {}{} registers a lane; vector_unit.registers is {}",
                           size, least, registers, arch.vector_unit.registers);
      return FftTiles{};
    };
    // All values of a side are in registers at once.
    const uint32_t data_values = t.height * t.width,
                   bin_values = std::max(bin_parts(forms_.input), bin_parts(forms_.product)) * t.bin_rows() *
                                t.bin_cols();
    const uint32_t least = std::max(data_values, bin_values);
    if (least > arch.vector_unit.registers) return refuse("at least ", least);
    const uint64_t room = std::min(arch.buffers[static_cast<int>(Space::input)].size,
                                   arch.buffers[static_cast<int>(Space::output)].size) /
                          2;
    if (round_up(uint64_t{least} * sizeof(float), 8) > room) {
      reason = fmt::format("{} bytes of {} overflow half of the input or output buffer",
                           uint64_t{least} * sizeof(float), size);
      return {};
    }
    add_programs(t);
    const uint32_t registers = std::max({t.data->registers, t.filter->registers, t.inverse->registers});
    if (registers > arch.vector_unit.registers) return refuse("", registers);
    return t;
  }

  void add_programs(FftTiles& t) const {
    TileFft tile;
    tile.n = t.n;
    tile.line = t.line;
    const auto windows = [&](FftWindow vertical, FftWindow horizontal) {
      tile.rows = t.line ? FftWindow{0, 1} : vertical;
      tile.cols = t.down ? vertical : horizontal;
    };
    windows({0, t.height}, {0, t.width});
    tile.form = forms_.input;
    t.data = program(tile, false, false);
    // The inverse's factors cost a multiply a bin wherever they are: of the filters, or of the results.
    tile.folded = options_.pretransformed || p_.C <= uint64_t{p_.N} * t.rows * t.cols;
    windows({0, p_.R}, {0, p_.S});
    tile.form = forms_.filter;
    t.filter = program(tile, false, true);
    windows({p_.R - 1, t.out_rows}, {p_.S - 1, t.out_cols});
    tile.form = forms_.product;
    t.inverse = program(tile, true, false);
  }

  /// Cycles of the stages one after the other, each as long as its arithmetic or its bytes take.
  double cost(const FftTiles& t) const {
    const double images = double{1} * p_.groups * p_.N, tiles = images * t.rows * t.cols,
                 bins = double{1} * t.bin_rows() * t.bin_cols();
    const double x = tiles * p_.C * bins * bin_parts(forms_.input),
                 y = tiles * p_.M * bins * bin_parts(forms_.product),
                 filters = double{1} * p_.groups * p_.M * p_.C, w = filters * bins * bin_parts(forms_.filter);
    const double rate = bytes_per_cycle(request_.arch) / sizeof(float);
    const auto transform = [&](double items, const LaneProgram& lanes, double values) {
      const size_t steps = std::max<size_t>({lanes.steps.size(), lanes.inputs, lanes.outputs.size()});
      return std::max(items * static_cast<double>(steps) / request_.arch.vector_unit.lanes, values / rate);
    };
    double cycles = transform(tiles * p_.C, *t.data, images * p_.H * p_.W * p_.C + x) +
                    transform(tiles * p_.M, *t.inverse, images * p_.P * p_.Q * p_.M + y);
    if (!options_.pretransformed) cycles += transform(filters, *t.filter, filters * p_.R * p_.S + w);
    const double macs = tiles * bins * p_.C * p_.M * forms_.multiplies();
    const PeArrayParams array = request_.arch.pe_array.taking({});
    return cycles + std::max(macs / static_cast<double>(array.peak_macs_per_cycle()), (x + y + w) / rate);
  }

  const LoweringRequest& request_;
  const Problem& p_;
  const TransformOptions& options_;
  BinForms forms_;
};

}  // namespace

FftTiles fft_tiles(const LoweringRequest& request, const Problem& problem, std::string& reason) {
  return Chooser(request, problem).best(reason);
}

}  // namespace systole
