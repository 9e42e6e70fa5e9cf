// Attention of several heads as an autograd node.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../shim.h"
#include "block.h"
#include "ops.h"

namespace vlmq {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

enum Slots { kProbabilities = 8 };

// Queries [batch, heads, queries, width], keys and values [batch, heads, keys, width].
struct Shape {
  int64_t batch, heads, queries, keys, width;

  int64_t row() const { return (keys + ops().panel_width - 1) / ops().panel_width * ops().panel_width; }
  float scale() const { return 1 / std::sqrt(static_cast<float>(width)); }

  Attention head(int64_t index, const float* q, const float* k, const float* v, int64_t prefix, float* probabilities, float* out) const {
    const int64_t b = index / heads, h = index % heads;
    float* own = out ? out + (b * queries * heads + h) * width : nullptr;
    return {queries, keys,    width,         q + index * queries * width, k + index * keys * width, v + index * keys * width,
            width,   scale(), false,         probabilities,               row(),                    own,
            heads * width,    std::min(prefix, keys)};
  }
};

Shape shape_of(const Tensor& q, const Tensor& k) { return {q.size(0), q.size(1), q.size(2), k.size(2), q.size(3)}; }

// Keeps the probabilities where they are wanted.
Tensor forward(const Tensor& q, const Tensor& k, const Tensor& v, const std::vector<int64_t>& prefixes, Tensor* kept) {
  const Shape s = shape_of(q, k);
  Tensor out = floats({s.batch, s.queries, s.heads * s.width});
  if (kept) *kept = floats({s.batch, s.heads, s.queries, s.row()});
  float *to = out.data_ptr<float>(), *all = kept ? kept->data_ptr<float>() : nullptr;
  const float *queries = q.data_ptr<float>(), *keys = k.data_ptr<float>(), *values = v.data_ptr<float>();
  const int64_t size = s.queries * s.row();
  at::parallel_for(0, s.batch * s.heads, 1, [&](int64_t from, int64_t end) {
    for (int64_t head = from; head < end; ++head) {
      float* probabilities = all ? all + head * size : scratch(kProbabilities, size);
      ops().attention(s.head(head, queries, keys, values, prefixes[head / s.heads], probabilities, to));
    }
  });
  return out;
}

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& q, const Tensor& k, const Tensor& v, std::vector<int64_t> prefixes) {
    Tensor probabilities, out = vlmq::forward(q, k, v, prefixes, &probabilities);
    context->save_for_backward({q, k, v, probabilities});
    context->saved_data["prefixes"] = std::move(prefixes);
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    at::AutoGradMode no_grad(false);
    const variable_list saved = context->get_saved_variables();
    const Tensor &q = saved[0], &k = saved[1], &v = saved[2], d_out = gradients[0].contiguous();
    const std::vector<int64_t> prefixes = context->saved_data["prefixes"].toIntVector();
    const Shape s = shape_of(q, k);
    Tensor dq = floats(q.sizes()), dk = floats(k.sizes()), dv = floats(v.sizes());
    float *to_q = dq.data_ptr<float>(), *to_k = dk.data_ptr<float>(), *to_v = dv.data_ptr<float>();
    float* probabilities = saved[3].data_ptr<float>();
    at::parallel_for(0, s.batch * s.heads, 1, [&](int64_t from, int64_t end) {
      for (int64_t head = from; head < end; ++head) {
        const Attention one = s.head(head, q.data_ptr<float>(), k.data_ptr<float>(), v.data_ptr<float>(), prefixes[head / s.heads],
                                     probabilities + head * s.queries * s.row(), nullptr);
        const int64_t queries = head * s.queries * s.width, keys = head * s.keys * s.width;
        const float* own = d_out.data_ptr<float>() + (head / s.heads * s.queries * s.heads + head % s.heads) * s.width;
        ops().attention_gradient({one, own, s.heads * s.width, to_q + queries, to_k + keys, to_v + keys, s.width});
      }
    });
    return {dq, dk, dv, Tensor()};
  }
};

}  // namespace
}  // namespace vlmq

// *out [batch, queries, heads·width] from queries [batch, heads, queries, width], keys and values [batch, heads, keys, width]; query i of
// batch row b sees the first max(keys − queries + i + 1, prefixes[b]) keys. 1: not for these tensors; take the plain operations.
SHIM int32_t vlmq_attention(shim::Handle q, shim::Handle k, shim::Handle v, const int64_t* prefixes, shim::Handle out) {
  return shim::guarded<int32_t>(-1, [&] {
    using namespace vlmq;
    at::Tensor in[] = {*q, *k, *v};
    bool tracked = false;
    for (at::Tensor& t : in) {
      if (!applicable(t)) return 1;
      TORCH_CHECK(t.dim() == 4, "attention takes [batch, heads, length, width], not ", t.sizes());
      t = t.contiguous();
      tracked |= t.requires_grad();
    }
    TORCH_CHECK(in[1].sizes() == in[2].sizes() && in[0].size(0) == in[1].size(0) && in[0].size(1) == in[1].size(1) &&
                    in[0].size(3) == in[1].size(3) && in[0].size(2) <= in[1].size(2),
                "queries ", in[0].sizes(), " do not go with keys ", in[1].sizes(), " and values ", in[2].sizes());
    std::vector<int64_t> first(prefixes, prefixes + in[0].size(0));
    *out = tracked && at::GradMode::is_enabled() ? AttentionFunction::apply(in[0], in[1], in[2], std::move(first))
                                                 : forward(in[0], in[1], in[2], first, nullptr);
    return 0;
  });
}
