// Linear maps, layer norms and critic heads as autograd nodes.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "../shim.h"
#include "block.h"
#include "ops.h"

namespace vlmq {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

enum Slots { kPacked = 8, kPackedSecond, kFactor, kInner };

// The statistics of a norm without scale and shift are not kept: it costs as much to read them as to compute them.
enum class Before { kNothing, kNorm };

template <class Body>
void for_rows(int64_t rows, const Body& body) {
  at::parallel_for(0, tasks(rows, kTaskRows), 1, [&](int64_t from, int64_t to) {
    for (int64_t task = from; task < to; ++task) {
      const int64_t first = task * kTaskRows;
      body(task, first, std::min(kTaskRows, rows - first));
    }
  });
}

// The rows as the product reads them: normalised, rounded, or as they are.
const float* factor(Before before, float eps, bool round, int64_t rows, int64_t width, const float* x, float* room) {
  if (before == Before::kNorm) {
    ops().layer_norm(rows, width, x, width, nullptr, nullptr, eps, round, room, width, nullptr);
    return room;
  }
  if (round) {
    ops().round_to_bfloat16(rows * width, x, room);
    return room;
  }
  return x;
}

// y = factor(x)·wᵀ + b, from w packed by columns.
void map_rows(int64_t rows, int64_t in, int64_t out, const float* x, const float* packed, const float* bias, float* y) {
  const int64_t panel = ops().panel_width;
  ops().product({rows, out, in, x, in, packed, panel, panel * in, y, out, false, bias});
}

// dx = dy·w (added to dx where `accumulate`), from w packed by rows.
void map_gradient(int64_t rows, int64_t in, int64_t out, const float* dy, const float* packed, float* dx, bool accumulate) {
  const int64_t panel = ops().panel_width;
  ops().product({rows, in, out, dy, out, packed, panel, panel * out, dx, in, accumulate, nullptr});
}

Tensor column_sums(int64_t rows, int64_t width, const float* x) {
  Tensor sums = at::zeros({width}, at::TensorOptions().dtype(at::kFloat));
  ops().add_columns(rows, width, x, width, sums.data_ptr<float>());
  return sums;
}

Tensor linear_forward(const Tensor& x, const Tensor& weight, const Tensor& bias, Before before, float eps, bool round) {
  const int64_t in = weight.size(1), out = weight.size(0), rows = x.numel() / in;
  float* packed = scratch(kPacked, ops().packed_size(in, out));
  ops().pack_columns(weight.data_ptr<float>(), in, in, out, round, packed);
  Tensor y = floats(replaced_last(x, out));
  const float *from = x.data_ptr<float>(), *b = bias.defined() ? bias.data_ptr<float>() : nullptr;
  float* to = y.data_ptr<float>();
  for_rows(rows, [&](int64_t, int64_t first, int64_t count) {
    float* room = before == Before::kNorm || round ? scratch(kFactor, count * in) : nullptr;
    map_rows(count, in, out, factor(before, eps, round, count, in, from + first * in, room), packed, b, to + first * out);
  });
  return y;
}

struct LinearFunction : torch::autograd::Function<LinearFunction> {
  static Tensor forward(AutogradContext* context, at::TensorList inputs, bool norm, double eps, bool round) {
    context->save_for_backward({inputs[0], inputs[1]});
    context->saved_data["norm"] = norm;
    context->saved_data["eps"] = eps;
    context->saved_data["round"] = round;
    context->saved_data["biased"] = inputs.size() > 2;
    return linear_forward(inputs[0], inputs[1], inputs.size() > 2 ? inputs[2] : Tensor(), norm ? Before::kNorm : Before::kNothing,
                          static_cast<float>(eps), round);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    at::AutoGradMode no_grad(false);
    const variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], dy = gradients[0].contiguous();
    const bool round = context->saved_data["round"].toBool(), biased = context->saved_data["biased"].toBool();
    const Before before = context->saved_data["norm"].toBool() ? Before::kNorm : Before::kNothing;
    const int64_t in = weight.size(1), out = weight.size(0), rows = x.numel() / in;
    variable_list result(biased ? 6 : 5);
    if (context->needs_input_grad(0)) {
      float* packed = scratch(kPacked, ops().packed_size(out, in));
      ops().pack_rows(weight.data_ptr<float>(), in, out, in, round, packed);
      result[0] = floats(x.sizes());
      float* to = result[0].data_ptr<float>();
      for_rows(rows, [&](int64_t, int64_t first, int64_t count) {
        float* room = round ? scratch(kFactor, count * out) : nullptr;
        map_gradient(count, in, out, factor(Before::kNothing, 0, round, count, out, dy.data_ptr<float>() + first * out, room), packed,
                     to + first * in, false);
      });
    }
    if (context->needs_input_grad(1)) {
      const float eps = static_cast<float>(context->saved_data["eps"].toDouble());
      float* room = before == Before::kNorm ? scratch(kFactor, rows * in) : nullptr;
      const float* normed = before == Before::kNorm ? factor(before, eps, round, rows, in, x.data_ptr<float>(), room) : x.data_ptr<float>();
      result[1] = floats({out, in});
      weight_gradient(out, in, rows, dy.data_ptr<float>(), out, normed, in, round, result[1].data_ptr<float>(), in);
    }
    if (biased && context->needs_input_grad(2)) result[2] = column_sums(rows, out, dy.data_ptr<float>());
    return result;
  }
};

struct LayerNormFunction : torch::autograd::Function<LayerNormFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias, double eps) {
    const int64_t width = weight.size(0), rows = x.numel() / width;
    Tensor moments = floats({rows, 2}), y = floats(x.sizes());
    ops().layer_norm(rows, width, x.data_ptr<float>(), width, weight.data_ptr<float>(), bias.data_ptr<float>(), static_cast<float>(eps), false,
                     y.data_ptr<float>(), width, moments.data_ptr<float>());
    context->save_for_backward({x, weight, moments});
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    at::AutoGradMode no_grad(false);
    const variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], dy = gradients[0].contiguous();
    const int64_t width = weight.size(0), rows = x.numel() / width;
    Tensor dx = at::zeros_like(x), d_weight = at::zeros_like(weight), d_bias = at::zeros_like(weight);
    ops().layer_norm_gradient(rows, width, dy.data_ptr<float>(), width, x.data_ptr<float>(), width, weight.data_ptr<float>(),
                              saved[2].data_ptr<float>(), dx.data_ptr<float>(), width, d_weight.data_ptr<float>(), d_bias.data_ptr<float>());
    return {dx, d_weight, d_bias, Tensor()};
  }
};

// Heads follow the input in fours: inner weight and bias, output weight and bias.
constexpr int kHeadParts = 4;

struct HeadShape {
  int64_t rows, width, inner, out;
  bool round;
};

HeadShape head_shape(at::TensorList inputs, bool round) {
  const int64_t width = inputs[1].size(1);
  return {inputs[0].numel() / width, width, inputs[1].size(0), inputs[3].size(0), round};
}

// inner [rows, inner] is kept where it is not null.
void head_forward(const HeadShape& s, const float* x, const Tensor* part, float* inner, float* y) {
  const Ops& op = ops();
  float *first_packed = scratch(kPacked, op.packed_size(s.width, s.inner)), *second_packed = scratch(kPackedSecond, op.packed_size(s.inner, s.out));
  op.pack_columns(part[0].data_ptr<float>(), s.width, s.width, s.inner, s.round, first_packed);
  op.pack_columns(part[2].data_ptr<float>(), s.inner, s.inner, s.out, s.round, second_packed);
  const float *first_bias = part[1].data_ptr<float>(), *second_bias = part[3].data_ptr<float>();
  for_rows(s.rows, [&](int64_t, int64_t first, int64_t count) {
    float* room = scratch(kInner, 2 * count * s.inner);
    float* own = inner ? inner + first * s.inner : room + count * s.inner;
    float* rounded = s.round ? scratch(kFactor, count * s.width) : nullptr;
    map_rows(count, s.width, s.inner, factor(Before::kNothing, 0, s.round, count, s.width, x + first * s.width, rounded), first_packed, first_bias,
             own);
    op.gelu(count, s.inner, own, s.inner, s.round, room, s.inner);
    map_rows(count, s.inner, s.out, room, second_packed, second_bias, y + first * s.out);
  });
}

Tensor heads_forward(at::TensorList inputs, bool round, Tensor* inner) {
  const HeadShape s = head_shape(inputs, round);
  const int64_t count = (inputs.size() - 1) / kHeadParts;
  std::vector<int64_t> sizes = replaced_last(inputs[0], s.out);
  sizes.insert(sizes.begin(), count);
  Tensor y = floats(sizes);
  if (inner) *inner = floats({count, s.rows, s.inner});
  for (int64_t k = 0; k < count; ++k) {
    head_forward(s, inputs[0].data_ptr<float>(), &inputs[1 + k * kHeadParts], inner ? inner->data_ptr<float>() + k * s.rows * s.inner : nullptr,
                 y.data_ptr<float>() + k * s.rows * s.out);
  }
  return y;
}

struct HeadsFunction : torch::autograd::Function<HeadsFunction> {
  static Tensor forward(AutogradContext* context, at::TensorList inputs, bool round) {
    Tensor inner, y = heads_forward(inputs, round, &inner);
    variable_list saved(inputs.begin(), inputs.end());
    saved.push_back(inner);
    context->save_for_backward(std::move(saved));
    context->saved_data["round"] = round;
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    at::AutoGradMode no_grad(false);
    const variable_list saved = context->get_saved_variables();
    const at::TensorList inputs(saved.data(), saved.size() - 1);
    const HeadShape s = head_shape(inputs, context->saved_data["round"].toBool());
    const Tensor dy = gradients[0].contiguous();
    variable_list result(inputs.size() + 1);
    const bool through = context->needs_input_grad(0);
    if (through) result[0] = floats(inputs[0].sizes());
    for (size_t first = 1, k = 0; first < inputs.size(); first += kHeadParts, ++k) {
      bool wanted[kHeadParts];
      for (int part = 0; part < kHeadParts; ++part) wanted[part] = context->needs_input_grad(first + part);
      one_head(s, inputs, first, k, saved.back(), dy.data_ptr<float>() + k * s.rows * s.out, through ? result[0].data_ptr<float>() : nullptr, wanted,
               result);
    }
    return result;
  }

  static void one_head(const HeadShape& s, at::TensorList inputs, size_t first_part, size_t k, const Tensor& inner, const float* dy, float* dx,
                       const bool* wanted, variable_list& result) {
    const Ops& op = ops();
    float *first_packed = scratch(kPacked, op.packed_size(s.inner, s.width)), *second_packed = scratch(kPackedSecond, op.packed_size(s.out, s.inner));
    op.pack_rows(inputs[first_part].data_ptr<float>(), s.width, s.inner, s.width, s.round, first_packed);
    op.pack_rows(inputs[first_part + 2].data_ptr<float>(), s.inner, s.out, s.inner, s.round, second_packed);
    Tensor activation = floats({s.rows, s.inner}), d_inner = floats({s.rows, s.inner});
    float *g = activation.data_ptr<float>(), *d = d_inner.data_ptr<float>();
    const float* kept = inner.data_ptr<float>() + static_cast<int64_t>(k) * s.rows * s.inner;
    for_rows(s.rows, [&](int64_t, int64_t first, int64_t count) {
      float* room = s.round ? scratch(kFactor, count * s.out) : nullptr;
      float* own = d + first * s.inner;
      map_gradient(count, s.inner, s.out, factor(Before::kNothing, 0, s.round, count, s.out, dy + first * s.out, room), second_packed, own, false);
      op.gelu_gradient(count, s.inner, kept + first * s.inner, s.inner, s.round, g + first * s.inner, s.inner, own, s.inner);
      if (dx) map_gradient(count, s.width, s.inner, own, first_packed, dx + first * s.width, k > 0);
    });
    // Frozen weights, as beside adapters, cost nothing here.
    if (wanted[0]) {
      result[first_part] = floats({s.inner, s.width});
      weight_gradient(s.inner, s.width, s.rows, d, s.inner, inputs[0].data_ptr<float>(), s.width, s.round, result[first_part].data_ptr<float>(), s.width);
    }
    if (wanted[1]) result[first_part + 1] = column_sums(s.rows, s.inner, d);
    if (wanted[2]) {
      result[first_part + 2] = floats({s.out, s.inner});
      weight_gradient(s.out, s.inner, s.rows, dy, s.out, g, s.inner, s.round, result[first_part + 2].data_ptr<float>(), s.inner);
    }
    if (wanted[3]) result[first_part + 3] = column_sums(s.rows, s.out, dy);
  }
};

// Contiguous float32 tensors in main memory: true, and whether autograd follows any of them.
bool prepare(std::vector<Tensor>& inputs, bool& tracked) {
  tracked = false;
  for (Tensor& t : inputs) {
    if (!applicable(t)) return false;
    t = t.contiguous();
    tracked |= t.requires_grad();
  }
  tracked &= at::GradMode::is_enabled();
  return true;
}

int32_t linear(std::vector<Tensor> inputs, bool norm, double eps, bool round, shim::Handle out) {
  bool tracked;
  if (!prepare(inputs, tracked) || (norm && inputs[0].requires_grad())) return 1;
  const Tensor &x = inputs[0], &weight = inputs[1];
  TORCH_CHECK(x.dim() >= 1 && weight.dim() == 2 && x.size(-1) == weight.size(1), "a weight of ", weight.sizes(), " cannot map ", x.sizes());
  TORCH_CHECK(inputs.size() < 3 || inputs[2].sizes() == at::IntArrayRef({weight.size(0)}), "the bias of a weight of ", weight.sizes(), " has shape ",
              inputs[2].sizes());
  const at::TensorList list(inputs);
  *out = tracked ? LinearFunction::apply(list, norm, eps, round)
                 : linear_forward(x, weight, inputs.size() > 2 ? inputs[2] : Tensor(), norm ? Before::kNorm : Before::kNothing,
                                  static_cast<float>(eps), round);
  return 0;
}

}  // namespace
}  // namespace vlmq

// *out = x·weightᵀ + bias; a null bias is none. 1: not for these tensors; take the plain operations.
SHIM int32_t vlmq_linear(shim::Handle x, shim::Handle weight, shim::Handle bias, int32_t round, shim::Handle out) {
  return shim::guarded<int32_t>(-1, [&] {
    std::vector<at::Tensor> inputs = {*x, *weight};
    if (bias) inputs.push_back(*bias);
    return vlmq::linear(std::move(inputs), false, 0, round != 0, out);
  });
}

// The same of x normalised over its last dimension without scale and shift; x itself gets no gradient.
SHIM int32_t vlmq_normed_linear(shim::Handle x, shim::Handle weight, shim::Handle bias, double eps, int32_t round, shim::Handle out) {
  return shim::guarded<int32_t>(-1, [&] { return vlmq::linear({*x, *weight, *bias}, true, eps, round != 0, out); });
}

SHIM int32_t vlmq_layer_norm(shim::Handle x, shim::Handle weight, shim::Handle bias, double eps, shim::Handle out) {
  return shim::guarded<int32_t>(-1, [&] {
    std::vector<at::Tensor> inputs = {*x, *weight, *bias};
    bool tracked;
    if (!vlmq::prepare(inputs, tracked)) return 1;
    TORCH_CHECK(inputs[1].dim() == 1 && inputs[0].size(-1) == inputs[1].size(0) && inputs[2].sizes() == inputs[1].sizes(), "a norm of ",
                inputs[1].sizes(), " and ", inputs[2].sizes(), " cannot take ", inputs[0].sizes());
    *out = vlmq::LayerNormFunction::apply(inputs[0], inputs[1], inputs[2], eps);
    return 0;
  });
}

// *out [heads, …, o] from x […, d] and the parameters of `count` heads, four each.
SHIM int32_t vlmq_heads(shim::Handle x, const shim::Handle* parameters, int64_t count, int32_t round, shim::Handle out) {
  return shim::guarded<int32_t>(-1, [&] {
    using namespace vlmq;
    std::vector<at::Tensor> inputs = shim::collect(parameters, count * kHeadParts);
    inputs.insert(inputs.begin(), *x);
    bool tracked;
    if (count < 1 || !prepare(inputs, tracked)) return 1;
    const HeadShape s = head_shape(inputs, round != 0);
    TORCH_CHECK(inputs[0].size(-1) == s.width, "heads of width ", s.width, " cannot take ", inputs[0].sizes());
    const std::vector<std::vector<int64_t>> expected = {{s.inner, s.width}, {s.inner}, {s.out, s.inner}, {s.out}};
    for (size_t i = 1; i < inputs.size(); ++i) {
      const at::IntArrayRef sizes(expected[(i - 1) % kHeadParts]);
      TORCH_CHECK(inputs[i].sizes() == sizes, "parameter ", i, " of the heads has shape ", inputs[i].sizes(), " instead of ", sizes);
    }
    const at::TensorList list(inputs);
    *out = tracked ? HeadsFunction::apply(list, round != 0) : heads_forward(list, round != 0, nullptr);
    return 0;
  });
}
