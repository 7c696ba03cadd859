#pragma once
// Every rule's kernels for the depths that MMA units commonly have, and one for any depth. A macro, because
// clones go on plain functions only: each rule writes them out for its own steps and lanes, in a namespace of
// its own file.
#include "models/number/sum/block_body.h"

#define SYSTOLE_ARRAY_KERNELS(Steps, T)                                                      \
  SYSTOLE_CLONES void systolic_1(const StepArgs& a) { step_body<Steps, T, true, 1>(a); }     \
  SYSTOLE_CLONES void systolic_2(const StepArgs& a) { step_body<Steps, T, true, 2>(a); }     \
  SYSTOLE_CLONES void systolic_4(const StepArgs& a) { step_body<Steps, T, true, 4>(a); }     \
  SYSTOLE_CLONES void systolic_8(const StepArgs& a) { step_body<Steps, T, true, 8>(a); }     \
  SYSTOLE_CLONES void systolic_any(const StepArgs& a) { step_body<Steps, T, true, 0>(a); }   \
  SYSTOLE_CLONES void broadcast_1(const StepArgs& a) { step_body<Steps, T, false, 1>(a); }   \
  SYSTOLE_CLONES void broadcast_2(const StepArgs& a) { step_body<Steps, T, false, 2>(a); }   \
  SYSTOLE_CLONES void broadcast_4(const StepArgs& a) { step_body<Steps, T, false, 4>(a); }   \
  SYSTOLE_CLONES void broadcast_8(const StepArgs& a) { step_body<Steps, T, false, 8>(a); }   \
  SYSTOLE_CLONES void broadcast_any(const StepArgs& a) { step_body<Steps, T, false, 0>(a); } \
                                                                                             \
  StepKernel step(bool systolic, uint32_t depth) {                                           \
    switch (depth) {                                                                         \
      case 1:                                                                                \
        return systolic ? systolic_1 : broadcast_1;                                          \
      case 2:                                                                                \
        return systolic ? systolic_2 : broadcast_2;                                          \
      case 4:                                                                                \
        return systolic ? systolic_4 : broadcast_4;                                          \
      case 8:                                                                                \
        return systolic ? systolic_8 : broadcast_8;                                          \
      default:                                                                               \
        return systolic ? systolic_any : broadcast_any;                                      \
    }                                                                                        \
  }

/// The kernels of a rule that adds products one by one: one for all depths.
#define SYSTOLE_ONE_BY_ONE_KERNELS(Steps, T)                                                 \
  SYSTOLE_CLONES void systolic(const StepArgs& a) { step_body<Steps, T, true, 0>(a); }       \
  SYSTOLE_CLONES void broadcast(const StepArgs& a) { step_body<Steps, T, false, 0>(a); }     \
  StepKernel step(bool is_systolic, uint32_t) { return is_systolic ? systolic : broadcast; } \
                                                                                             \
  SYSTOLE_BLOCK_KERNEL(Steps, T, block_any, 0)                                               \
  BlockKernel block(uint32_t, HostVectors width) { return block_any(width); }
