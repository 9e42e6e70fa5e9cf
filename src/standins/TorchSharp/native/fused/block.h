// The layers of a model as differentiable functions over float32 tensors in main memory.
#pragma once

#include <ATen/ATen.h>

#include <vector>

namespace vlmq {

// The parts of a block's parameters, in the order in which they follow its input.
enum BlockInput {
  kHidden,
  kNorm1Weight,
  kNorm1Bias,
  kQkvWeight,
  kQkvBias,
  kProjectionWeight,
  kProjectionBias,
  kNorm2Weight,
  kNorm2Bias,
  kExpandWeight,
  kExpandBias,
  kContractWeight,
  kContractBias,
  kBlockInputs
};

// Whether the kernels can work on it; anything else takes the plain operations.
inline bool applicable(const at::Tensor& t) {
  return t.defined() && t.device().is_cpu() && t.scalar_type() == at::kFloat && t.layout() == at::kStrided && t.numel() > 0;
}

// Rows that one task takes at a time: enough to read packed weights seldom, few enough that a task's data stay in the second-level
// cache. Tasks, and so results, do not depend on the number of threads.
constexpr int64_t kTaskRows = 210;

inline int64_t tasks(int64_t items, int64_t each) { return (items + each - 1) / each; }

inline at::Tensor floats(at::IntArrayRef sizes) { return at::empty(sizes, at::TensorOptions().dtype(at::kFloat)); }

inline std::vector<int64_t> replaced_last(const at::Tensor& x, int64_t width) {
  std::vector<int64_t> sizes = x.sizes().vec();
  sizes.back() = width;
  return sizes;
}

// C = Aᵀ·B over all threads, [rows of C] divided among them: see Ops::transposed_product.
void weight_gradient(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, const float* b, int64_t b_row, bool round,
                     float* c, int64_t c_row);

// Sums `parts` rows of `width` floats into one.
void sum_parts(int64_t parts, int64_t width, const float* from, float* to);

}  // namespace vlmq
