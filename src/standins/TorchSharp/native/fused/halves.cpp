// Weights of 16 bits: products for generation, and weights that stay in the file that they came from.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "../shim.h"
#include "ops.h"

namespace vlmq {
namespace {

using at::Tensor;

// More rows than this are worth the weights' conversion to float32, after which the products run at full speed.
constexpr int64_t kMostRows = 16;

bool learns(const Tensor& x) { return x.defined() && x.requires_grad(); }

bool fits(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  if (at::GradMode::is_enabled() && (learns(x) || learns(weight) || learns(bias))) return false;
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous() && x.dim() >= 1 && weight.device().is_cpu() &&
         weight.dim() == 2 && (weight.scalar_type() == at::kBFloat16 || weight.scalar_type() == at::kHalf) && weight.is_contiguous() &&
         x.size(-1) == weight.size(1) && x.numel() > 0 && x.numel() / x.size(-1) <= kMostRows &&
         (!bias.defined() || (bias.device().is_cpu() && bias.numel() == weight.size(0) && bias.is_contiguous()));
}

// Asks for the pages of mapped memory to be read from their file now, not one by one as they are touched.
void read_ahead(void* data, size_t bytes) {
  const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE)), from = reinterpret_cast<uintptr_t>(data) / page * page;
  madvise(reinterpret_cast<void*>(from), reinterpret_cast<uintptr_t>(data) + bytes - from, MADV_WILLNEED);
}

}  // namespace
}  // namespace vlmq

// x·wᵀ + b for a few rows of float32 x and a weight of 16 bits; without gradient.
SHIM int32_t vlmq_half_linear(shim::Handle input, shim::Handle weight, shim::Handle bias, int32_t round, shim::Handle result) {
  using namespace vlmq;
  return shim::guarded<int32_t>(-1, [&] {
    const Tensor &x = *input, &w = *weight, b = shim::or_undefined(bias);
    if (!fits(x, w, b)) return 1;
    at::AutoGradMode no_grad(false);
    const int64_t depth = w.size(1), outputs = w.size(0), rows = x.numel() / depth;
    const Tensor wide = b.defined() ? b.to(at::kFloat) : b;
    std::vector<int64_t> sizes = x.sizes().vec();
    sizes.back() = outputs;
    Tensor y = at::empty(sizes, x.options());
    const float* from = x.data_ptr<float>();
    if (round) {
      float* room = scratch(8, rows * depth);
      ops().round_to_bfloat16(rows * depth, from, room);
      from = room;
    }
    const HalfProduct product{rows, depth, from, static_cast<const uint16_t*>(w.data_ptr()), w.scalar_type() == at::kBFloat16,
                              wide.defined() ? wide.data_ptr<float>() : nullptr, y.data_ptr<float>(), outputs};
    const int64_t grain = std::max<int64_t>(4, (int64_t{1} << 16) / depth / 4 * 4);
    at::parallel_for(0, outputs, grain, [&](int64_t begin, int64_t end) { ops().half_product(product, begin, end); });
    *result = y;
    return 0;
  });
}

// Lets a tensor's elements be the caller's memory, a mapped file; release(context) is called once, when no tensor needs it any longer,
// from any thread. The tensor keeps its shape, type and identity.
SHIM int32_t vlmq_alias(shim::Handle tensor, void* data, void (*release)(void*), void* context) {
  return shim::guarded<int32_t>(-1, [&] {
    if (!tensor->device().is_cpu() || !tensor->is_contiguous()) return 1;
    at::AutoGradMode no_grad(false);
    vlmq::read_ahead(data, tensor->nbytes());
    tensor->set_data(at::from_blob(data, tensor->sizes(), [=](void*) { release(context); }, tensor->options().requires_grad(false)));
    return 0;
  });
}
