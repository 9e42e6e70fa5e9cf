// Weights of 16 bits: their products as an autograd node, and weights that stay in the file that they came from.
#include <sys/mman.h>
#include <torch/csrc/autograd/custom_function.h>
#include <unistd.h>

#include <algorithm>

#include "../shim.h"
#include "block.h"
#include "ops.h"
#include "share.h"

namespace vlmq {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

enum Slots { kPacked = 8 };

// More rows than this are worth the weights' conversion to float32, piece by piece, after which the products run at full speed.
constexpr int64_t kMostRows = 16;

// A piece of the weight, converted and packed, stays in the second-level cache while all rows go by.
constexpr int64_t kPieceColumns = 128, kPieceDepth = 2048;

// A weight [rows, columns].
struct Halves {
  explicit Halves(const Tensor& weight)
      : data(static_cast<const uint16_t*>(weight.data_ptr())), rows(weight.size(0)), columns(weight.size(1)), brain(weight.scalar_type() == at::kBFloat16) {}

  const uint16_t* data;
  int64_t rows, columns;
  bool brain;
};

bool learns(const Tensor& x) { return x.defined() && x.requires_grad(); }

bool fits(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  if (at::GradMode::is_enabled() && (learns(weight) || learns(bias))) return false;
  return applicable(x) && x.dim() >= 1 && weight.device().is_cpu() && weight.dim() == 2 &&
         (weight.scalar_type() == at::kBFloat16 || weight.scalar_type() == at::kHalf) && weight.is_contiguous() && weight.numel() > 0 &&
         x.size(-1) == weight.size(1) && (!bias.defined() || (bias.device().is_cpu() && bias.numel() == weight.size(0)));
}

// The factor as products read it: whole, and rounded where they want it.
Tensor factor(const Tensor& x, bool round) {
  Tensor packed = x.contiguous();
  if (!round) return packed;
  Tensor rounded = at::empty_like(packed);
  ops().round_to_bfloat16(packed.numel(), packed.data_ptr<float>(), rounded.data_ptr<float>());
  return rounded;
}

// y = x·wᵀ + b for a few rows: the weight is read once, as it is.
void few_rows(int64_t rows, const float* x, const Halves& w, const float* bias, float* y) {
  const HalfProduct product{rows, w.columns, x, w.data, w.brain, bias, y, w.rows};
  const int64_t least = std::max<int64_t>(4, (int64_t{1} << 16) / w.columns / 4 * 4);
  share_out(w.rows, least, [&](int64_t begin, int64_t end) { ops().half_product(product, begin, end); });
}

// y = x·wᵀ + b (transposed), or y = x·w. No more of the weight is ever converted than a piece for each thread.
void many_rows(int64_t rows, const float* x, const Halves& w, bool transposed, const float* bias, bool round, float* y) {
  const Ops& op = ops();
  const int64_t depth = transposed ? w.columns : w.rows, columns = transposed ? w.rows : w.columns, panel = op.panel_width;
  share_out(tasks(columns, kPieceColumns), 1, [&](int64_t begin, int64_t end) {
    float* packed = scratch(kPacked, op.packed_size(std::min(depth, kPieceDepth), kPieceColumns));
    for (int64_t n = begin * kPieceColumns; n < std::min(columns, end * kPieceColumns); n += kPieceColumns) {
      const int64_t width = std::min(kPieceColumns, columns - n);
      for (int64_t k = 0; k < depth; k += kPieceDepth) {
        const int64_t part = std::min(kPieceDepth, depth - k);
        if (transposed) op.pack_half_columns(w.data + n * w.columns + k, w.brain, w.columns, part, width, round, packed);
        else op.pack_half_rows(w.data + k * w.columns + n, w.brain, w.columns, part, width, round, packed);
        const float* b = bias && k == 0 ? bias + n : nullptr;
        for (int64_t i = 0; i < rows; i += kTaskRows) {
          const int64_t block = std::min(kTaskRows, rows - i);
          op.product({block, width, part, x + i * depth + k, depth, packed, panel, panel * part, y + i * columns + n, columns, k > 0, b});
        }
      }
    }
  });
}

Tensor product(const Tensor& x, const Tensor& weight, const float* bias, bool round) {
  const Halves w(weight);
  const Tensor from = factor(x, round);
  const int64_t rows = x.numel() / w.columns;
  Tensor y = floats(replaced_last(x, w.rows));
  if (rows <= kMostRows) few_rows(rows, from.data_ptr<float>(), w, bias, y.data_ptr<float>());
  else many_rows(rows, from.data_ptr<float>(), w, true, bias, round, y.data_ptr<float>());
  return y;
}

// Only x learns: the weight is frozen, and kept as it is for the way back.
struct HalfLinearFunction : torch::autograd::Function<HalfLinearFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const float* bias, bool round) {
    context->save_for_backward({weight});
    context->saved_data["round"] = round;
    return product(x, weight, bias, round);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    at::AutoGradMode no_grad(false);
    const Tensor weight = context->get_saved_variables()[0];
    const bool round = context->saved_data["round"].toBool();
    const Halves w(weight);
    const Tensor dy = factor(gradients[0], round);
    Tensor dx = floats(replaced_last(dy, w.columns));
    many_rows(dy.numel() / w.rows, dy.data_ptr<float>(), w, false, nullptr, round, dx.data_ptr<float>());
    return {dx, Tensor(), Tensor(), Tensor()};
  }
};

// Asks for the pages of mapped memory to be read from their file now, not one by one as they are touched.
void read_ahead(void* data, size_t bytes) {
  const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE)), from = reinterpret_cast<uintptr_t>(data) / page * page;
  madvise(reinterpret_cast<void*>(from), reinterpret_cast<uintptr_t>(data) + bytes - from, MADV_WILLNEED);
}

}  // namespace
}  // namespace vlmq

// x·wᵀ + b for float32 x and a weight of 16 bits that does not learn.
SHIM int32_t vlmq_half_linear(shim::Handle input, shim::Handle weight, shim::Handle bias, int32_t round, shim::Handle result) {
  using namespace vlmq;
  return shim::guarded<int32_t>(-1, [&] {
    const Tensor &x = *input, &w = *weight, b = shim::or_undefined(bias);
    if (!fits(x, w, b)) return 1;
    const Tensor wide = b.defined() ? b.detach().to(at::kFloat).contiguous() : b;
    const float* shift = wide.defined() ? wide.data_ptr<float>() : nullptr;
    *result = at::GradMode::is_enabled() && learns(x) ? HalfLinearFunction::apply(x, w, shift, round != 0) : product(x, w, shift, round != 0);
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
