#include "ops.h"

#include <cstdlib>
#include <memory>
#include <new>

namespace vlmq {

const Ops& ops() {
#ifdef VLMQ_X86_VARIANTS
  static const Ops& best =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
          ? ops_avx512
      : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") ? ops_avx2
                                                                                                        : ops_baseline;
  return best;
#else
  return ops_baseline;
#endif
}

namespace {

struct Free {
  void operator()(float* memory) const { std::free(memory); }
};

struct Slot {
  std::unique_ptr<float, Free> memory;
  int64_t count = 0;
};

}  // namespace

float* scratch(int slot, int64_t count) {
  static constexpr int kSlots = 16;
  static thread_local Slot slots[kSlots];
  Slot& own = slots[slot];
  if (own.count < count) {
    own.memory.reset();
    own.count = 0;
    const size_t bytes = (static_cast<size_t>(count) * sizeof(float) + 63) / 64 * 64;
    own.memory.reset(static_cast<float*>(std::aligned_alloc(64, bytes)));
    if (!own.memory) throw std::bad_alloc();
    own.count = count;
  }
  return own.memory.get();
}

}  // namespace vlmq
