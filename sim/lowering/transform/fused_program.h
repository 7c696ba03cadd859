#pragma once
#include "sim/lowering/tile_program.h"
#include "sim/lowering/transform/fused_plan.h"

namespace systole {

/// The instruction stream of a fused Winograd layer.
class FusedProgram : public TileProgram {
 public:
  FusedProgram(const FusedPlan& plan, const WinogradStages& stages, const DramLayout& layout);

 protected:
  void fetch_input(Work& work) override;
  void fetch_weight(Work& work) override;
  void finish_step() override;

 private:
  /// Something beside the tiles, in one of the reserved places: the last instructions that loaded it, worked
  /// on it, stored it, used its bias values, and copied from it.
  struct Place {
    uint64_t address = 0, load = 0, vector = 0, store = 0, finished = 0, copied = 0;
  };
  class Places {
   public:
    explicit Places(const ReservedPlan& plan);
    Place& next() { return places_[used_++ % places_.size()]; }

   private:
    std::vector<Place> places_;
    uint64_t used_ = 0;
  };

  /// What the window before `block` holds of it, its last rows, is copied on chip. Returns how many rows that
  /// were.
  uint32_t copy_halo(const ItemBlock& block, Place& raw);
  void load_all(const std::vector<Move>& moves, Place& place);

  FusedPlan fused_;
  ItemBlock last_window_;
  Place* last_raw_ = nullptr;  ///< where it lies
  WinogradStages stages_;
  Places data_, filters_, outputs_;
  LaneTaps data_points_, filter_points_, result_points_;  ///< where the points of a tile lie
};

}  // namespace systole
