// A pre-norm transformer block as one autograd node. Forward keeps what backward needs and cannot cheaply compute again: the
// queries, keys and values, the attention's probabilities and output, the stream between the two halves, the inner activations
// before GELU, and the moments of the norms. Normalised inputs and GELU's output are computed again.
#include "block.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "../shim.h"
#include "ops.h"

namespace vlmq {

void weight_gradient(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, const float* b, int64_t b_row, bool round,
                     float* c, int64_t c_row) {
  // Every task packs B for itself, so there are no more tasks than threads.
  constexpr int64_t kTile = 14;
  const int64_t each = tasks(tasks(rows, at::get_num_threads()), kTile) * kTile;
  at::parallel_for(0, tasks(rows, each), 1, [&](int64_t from, int64_t to) {
    for (int64_t task = from; task < to; ++task) {
      const int64_t first = task * each, count = std::min(each, rows - first);
      ops().transposed_product(count, columns, depth, a + first, a_row, b, b_row, round, c + first * c_row, c_row);
    }
  });
}

void sum_parts(int64_t parts, int64_t width, const float* from, float* to) {
  std::copy(from, from + width, to);
  ops().add(parts - 1, width, from + width, width, to, 0);
}

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Inner activations that are worked on at once.
constexpr int64_t kInner = 384;
constexpr float kEpsilon = 1e-5f;

enum Slots { kPacked = 8, kNormed, kProjected, kInnerOut, kGradient, kBackward };

struct Shape {
  int64_t batch, length, tail, width, heads, inner;
  bool round;

  int64_t rows() const { return batch * length; }
  int64_t tail_rows() const { return batch * tail; }
  int64_t head_width() const { return width / heads; }
  int64_t score_row() const { return (length + ops().panel_width - 1) / ops().panel_width * ops().panel_width; }
  float scale() const { return 1 / std::sqrt(static_cast<float>(head_width())); }
  int64_t batch_task() const { return std::max<int64_t>(1, kTaskRows / length); }
};

struct Weights {
  const float* part[kBlockInputs];
};

// What the two passes share; in inference only `attended` exists.
struct Kept {
  Tensor qkv;            // [batch·length, 3·width]; queries outside the tail are not filled
  Tensor probabilities;  // [batch, heads, tail, score_row]
  Tensor attended;       // [batch·tail, width]
  Tensor middle;         // [batch·tail, width], the stream after attention
  Tensor inner;          // [batch·tail, inner], before GELU
  Tensor moments1;       // [batch·length, 2]
  Tensor moments2;       // [batch·tail, 2]
};

float* data(Tensor& t) { return t.defined() ? t.data_ptr<float>() : nullptr; }
const float* data(const Tensor& t) { return t.data_ptr<float>(); }

void round_rows(int64_t rows, int64_t width, float* x, int64_t x_row) {
  for (int64_t r = 0; r < rows; ++r) ops().round_to_bfloat16(width, x + r * x_row, x + r * x_row);
}

void copy_rows(int64_t rows, int64_t width, const float* from, int64_t from_row, float* to, int64_t to_row) {
  for (int64_t r = 0; r < rows; ++r) std::memcpy(to + r * to_row, from + r * from_row, width * sizeof(float));
}

// The stream's row that tail row r continues.
const float* residual_row(const Shape& s, const float* x, int64_t r) {
  return x + (r / s.tail * s.length + s.length - s.tail + r % s.tail) * s.width;
}

// LN, queries, keys and values, and attention, for the sequences [from, to).
void attend(const Shape& s, const Weights& w, const float* x, const float* packed_q, const float* packed_kv, Kept& kept, int64_t from, int64_t to) {
  const Ops& op = ops();
  const int64_t d = s.width, row = 3 * d, count = to - from, rows = count * s.length, before = s.length - s.tail;
  float* normed = scratch(kNormed, rows * d);
  float* moments = data(kept.moments1);
  op.layer_norm(rows, d, x + from * s.length * d, d, w.part[kNorm1Weight], w.part[kNorm1Bias], kEpsilon, s.round, normed, d,
                moments ? moments + from * s.length * 2 : nullptr);
  float* qkv = kept.qkv.defined() ? data(kept.qkv) + from * s.length * row : scratch(kProjected, rows * row);
  const float* bias = w.part[kQkvBias];
  op.product({rows, 2 * d, d, normed, d, packed_kv, op.panel_width, op.panel_width * d, qkv + d, row, false, bias + d});
  if (s.round) round_rows(rows, 2 * d, qkv + d, row);
  const int64_t runs = before == 0 ? 1 : count, run = before == 0 ? rows : s.tail;
  for (int64_t i = 0; i < runs; ++i) {
    const int64_t first = i * s.length + before;
    op.product({run, d, d, normed + first * d, d, packed_q, op.panel_width, op.panel_width * d, qkv + first * row, row, false, bias});
    if (s.round) round_rows(run, d, qkv + first * row, row);
  }
  const int64_t score_row = s.score_row(), width = s.head_width();
  float* probabilities = kept.probabilities.defined() ? data(kept.probabilities) : nullptr;
  for (int64_t b = 0; b < count; ++b) {
    const float* first = qkv + b * s.length * row;
    float* out = data(kept.attended) + (from + b) * s.tail * d;
    for (int64_t h = 0; h < s.heads; ++h) {
      float* own = probabilities ? probabilities + ((from + b) * s.heads + h) * s.tail * score_row : scratch(kGradient, s.tail * score_row);
      const float* q = first + before * row + h * width;
      op.attention({s.tail, s.length, width, q, first + d + h * width, first + 2 * d + h * width, row, s.scale(), s.round, own, score_row,
                    out + h * width, d});
    }
    if (s.round) round_rows(s.tail, d, out, d);
  }
}

// Projection, residual, LN, the perceptron and its residual, for the tail rows [from, to).
void transform(const Shape& s, const Weights& w, const float* x, const float* packed_projection, const float* packed_expand,
               const float* packed_contract, Kept& kept, float* y, int64_t from, int64_t to) {
  const Ops& op = ops();
  const int64_t d = s.width, m = s.inner, rows = to - from, panel = op.panel_width;
  float* out = y + from * d;
  float* middle = kept.middle.defined() ? data(kept.middle) + from * d : out;
  for (int64_t r = 0; r < rows; ++r) std::memcpy(middle + r * d, residual_row(s, x, from + r), d * sizeof(float));
  op.product({rows, d, d, data(kept.attended) + from * d, d, packed_projection, panel, panel * d, middle, d, true, w.part[kProjectionBias]});
  float* normed = scratch(kNormed, rows * d);
  float* moments = data(kept.moments2);
  op.layer_norm(rows, d, middle, d, w.part[kNorm2Weight], w.part[kNorm2Bias], kEpsilon, s.round, normed, d, moments ? moments + 2 * from : nullptr);
  if (out != middle) copy_rows(rows, d, middle, d, out, d);
  float* inner_out = scratch(kInnerOut, rows * kInner);
  for (int64_t n = 0; n < m; n += kInner) {
    const int64_t width = std::min(kInner, m - n);
    float* inner = kept.inner.defined() ? data(kept.inner) + from * m + n : scratch(kProjected, rows * kInner);
    const int64_t inner_row = kept.inner.defined() ? m : kInner;
    op.product({rows, width, d, normed, d, packed_expand + n * d, panel, panel * d, inner, inner_row, false, w.part[kExpandBias] + n});
    op.gelu(rows, width, inner, inner_row, s.round, inner_out, kInner);
    op.product({rows, d, width, inner_out, kInner, packed_contract + n * panel, panel, panel * m, out, d, true,
                n == 0 ? w.part[kContractBias] : nullptr});
  }
}

Tensor forward(const Shape& s, const Weights& w, const Tensor& hidden, Kept& kept) {
  const Ops& op = ops();
  const int64_t d = s.width, m = s.inner;
  const int64_t q = op.packed_size(d, d), kv = op.packed_size(d, 2 * d), expand = op.packed_size(d, m), contract = op.packed_size(m, d);
  float* packed = scratch(kPacked, q + kv + q + expand + contract);
  float *packed_kv = packed + q, *packed_projection = packed_kv + kv, *packed_expand = packed_projection + q, *packed_contract = packed_expand + expand;
  op.pack_columns(w.part[kQkvWeight], d, d, d, s.round, packed);
  op.pack_columns(w.part[kQkvWeight] + d * d, d, d, 2 * d, s.round, packed_kv);
  op.pack_columns(w.part[kProjectionWeight], d, d, d, s.round, packed_projection);
  op.pack_columns(w.part[kExpandWeight], d, d, m, s.round, packed_expand);
  op.pack_columns(w.part[kContractWeight], m, m, d, s.round, packed_contract);

  kept.attended = floats({s.tail_rows(), d});
  Tensor y = floats({s.batch, s.tail, d});
  const float* x = data(hidden);
  at::parallel_for(0, tasks(s.batch, s.batch_task()), 1, [&](int64_t from, int64_t to) {
    for (int64_t task = from; task < to; ++task) {
      attend(s, w, x, packed, packed_kv, kept, task * s.batch_task(), std::min(s.batch, (task + 1) * s.batch_task()));
    }
  });
  float* out = data(y);
  at::parallel_for(0, tasks(s.tail_rows(), kTaskRows), 1, [&](int64_t from, int64_t to) {
    for (int64_t task = from; task < to; ++task) {
      transform(s, w, x, packed_projection, packed_expand, packed_contract, kept, out, task * kTaskRows,
                std::min(s.tail_rows(), (task + 1) * kTaskRows));
    }
  });
  return y;
}

// Sums over rows, one part a task, in this order.
struct Sums {
  int64_t norm1_weight, norm1_bias, qkv_bias, projection_bias, norm2_weight, norm2_bias, expand_bias, contract_bias, size;
};

Sums sums_of(const Shape& s) {
  const int64_t d = s.width, m = s.inner;
  return {0, d, 2 * d, 5 * d, 6 * d, 7 * d, 8 * d, 8 * d + m, 9 * d + m};
}

// What backward computes on the way, in one piece of scratch memory; the two halves of the block take turns in it.
struct Gradients {
  float* d_middle;    // [tail rows, width]
  float* d_attended;  // [tail rows, width]
  float* d_inner;     // [tail rows, inner], the perceptron's
  float* inner_out;   // [tail rows, inner]
  float* normed2;     // [tail rows, width]
  float* d_qkv;       // [rows, 3·width], the attention's
  float* normed1;     // [rows, width]
  float* d_hidden;    // [batch, length, width], a tensor's

  explicit Gradients(const Shape& s) {
    const int64_t tail = s.tail_rows() * s.width, inner = s.tail_rows() * s.inner, all = s.rows() * s.width;
    d_middle = scratch(kBackward, 2 * tail + std::max(2 * inner + tail, 4 * all));
    d_attended = d_middle + tail;
    d_inner = d_qkv = d_attended + tail;
    inner_out = d_inner + inner;
    normed2 = inner_out + inner;
    normed1 = d_qkv + 3 * all;
    d_hidden = nullptr;
  }
};

// From the output back to the attention's output, for the tail rows [from, to).
void transform_gradient(const Shape& s, const Weights& w, const Kept& kept, const float* dy, const float* packed_contract,
                        const float* packed_expand, const float* packed_projection, Gradients& g, float* part, int64_t from, int64_t to) {
  const Ops& op = ops();
  const Sums at = sums_of(s);
  const int64_t d = s.width, m = s.inner, rows = to - from, panel = op.panel_width;
  dy += from * d;
  const float* rounded = dy;
  if (s.round) {
    float* own = scratch(kGradient, rows * d);
    op.round_to_bfloat16(rows * d, dy, own);
    rounded = own;
  }
  float* d_normed = scratch(kProjected, rows * d);
  float* d_inner = g.d_inner + from * m;
  for (int64_t n = 0; n < m; n += kInner) {
    const int64_t width = std::min(kInner, m - n);
    op.product({rows, width, d, rounded, d, packed_contract + n * d, panel, panel * d, d_inner + n, m, false, nullptr});
    op.gelu_gradient(rows, width, data(kept.inner) + from * m + n, m, s.round, g.inner_out + from * m + n, m, d_inner + n, m);
    op.product({rows, d, width, d_inner + n, m, packed_expand + n * panel, panel, panel * m, d_normed, d, n > 0, nullptr});
    op.add_columns(rows, width, d_inner + n, m, part + at.expand_bias + n);
  }
  const float *middle = data(kept.middle) + from * d, *moments = data(kept.moments2) + 2 * from;
  float* d_middle = g.d_middle + from * d;
  copy_rows(rows, d, dy, d, d_middle, d);
  op.layer_norm_gradient(rows, d, d_normed, d, middle, d, w.part[kNorm2Weight], moments, d_middle, d, part + at.norm2_weight, part + at.norm2_bias);
  op.layer_norm_again(rows, d, middle, d, w.part[kNorm2Weight], w.part[kNorm2Bias], moments, s.round, g.normed2 + from * d, d);
  op.add_columns(rows, d, dy, d, part + at.contract_bias);
  op.add_columns(rows, d, d_middle, d, part + at.projection_bias);
  rounded = d_middle;
  if (s.round) {
    float* own = scratch(kGradient, rows * d);
    op.round_to_bfloat16(rows * d, d_middle, own);
    rounded = own;
  }
  float* d_attended = g.d_attended + from * d;
  op.product({rows, d, d, rounded, d, packed_projection, panel, panel * d, d_attended, d, false, nullptr});
  if (s.round) round_rows(rows, d, d_attended, d);
}

// From the attention's output back to the input, for the sequences [from, to).
void attend_gradient(const Shape& s, const Weights& w, const Kept& kept, const float* x, const float* packed_qkv, Gradients& g, float* part,
                     int64_t from, int64_t to) {
  const Ops& op = ops();
  const Sums at = sums_of(s);
  const int64_t d = s.width, row = 3 * d, count = to - from, rows = count * s.length, before = s.length - s.tail;
  const int64_t panel = op.panel_width, score_row = s.score_row(), width = s.head_width(), first_row = from * s.length;
  float* d_qkv = g.d_qkv + first_row * row;
  const float* qkv = data(kept.qkv) + first_row * row;
  for (int64_t b = 0; b < count; ++b) {
    for (int64_t h = 0; h < s.heads; ++h) {
      const float* q = qkv + (b * s.length + before) * row + h * width;
      const float* k = qkv + b * s.length * row + d + h * width;
      float* probabilities = const_cast<float*>(data(kept.probabilities)) + ((from + b) * s.heads + h) * s.tail * score_row;
      float* dq = d_qkv + (b * s.length + before) * row + h * width;
      float* dk = d_qkv + b * s.length * row + d + h * width;
      op.attention_gradient({{s.tail, s.length, width, q, k, k + d, row, s.scale(), s.round, probabilities, score_row, nullptr, 0},
                             g.d_attended + (from + b) * s.tail * d + h * width, d, dq, dk, dk + d, row});
    }
  }
  if (s.round) round_rows(rows, 2 * d, d_qkv + d, row);
  op.add_columns(rows, 2 * d, d_qkv + d, row, part + at.qkv_bias + d);
  float* d_normed = scratch(kProjected, rows * d);
  op.product({rows, d, 2 * d, d_qkv + d, row, packed_qkv + d * panel, panel, panel * row, d_normed, d, false, nullptr});
  const int64_t runs = before == 0 ? 1 : count, run = before == 0 ? rows : s.tail;
  float* d_hidden = g.d_hidden + first_row * d;
  const float* d_middle = g.d_middle + from * s.tail * d;
  for (int64_t i = 0; i < runs; ++i) {
    const int64_t first = i * s.length + before;
    float* dq = d_qkv + first * row;
    if (s.round) round_rows(run, d, dq, row);
    op.add_columns(run, d, dq, row, part + at.qkv_bias);
    op.product({run, d, d, dq, row, packed_qkv, panel, panel * row, d_normed + first * d, d, true, nullptr});
    std::memset(d_hidden + i * s.length * d, 0, before * d * sizeof(float));
    copy_rows(run, d, d_middle + i * s.tail * d, d, d_hidden + first * d, d);
  }
  const float* moments = data(kept.moments1) + 2 * first_row;
  op.layer_norm_gradient(rows, d, d_normed, d, x + first_row * d, d, w.part[kNorm1Weight], moments, d_hidden, d, part + at.norm1_weight,
                         part + at.norm1_bias);
  op.layer_norm_again(rows, d, x + first_row * d, d, w.part[kNorm1Weight], w.part[kNorm1Bias], moments, s.round,
                      g.normed1 + first_row * d, d);
}

Tensor qkv_weight_gradient(const Shape& s, Gradients& g) {
  const int64_t d = s.width, row = 3 * d, before = s.length - s.tail;
  Tensor result = floats({row, d});
  const float *d_qkv = g.d_qkv, *normed = g.normed1;
  if (before == 0) {
    weight_gradient(row, d, s.rows(), d_qkv, row, normed, d, false, data(result), d);
    return result;
  }
  float* dq = scratch(kGradient, s.tail_rows() * d);
  float* tail = scratch(kNormed, s.tail_rows() * d);
  for (int64_t b = 0; b < s.batch; ++b) {
    const int64_t first = b * s.length + before;
    copy_rows(s.tail, d, d_qkv + first * row, row, dq + b * s.tail * d, d);
    copy_rows(s.tail, d, normed + first * d, d, tail + b * s.tail * d, d);
  }
  weight_gradient(d, d, s.tail_rows(), dq, d, tail, d, false, data(result), d);
  weight_gradient(2 * d, d, s.rows(), d_qkv + d, row, normed, d, false, data(result) + d * d, d);
  return result;
}

Tensor slice_of(const Tensor& sums, int64_t from, int64_t size) { return sums.narrow(0, from, size).clone(); }

variable_list backward(const Shape& s, const Weights& w, const Kept& kept, const Tensor& hidden, const Tensor& dy, const std::vector<bool>& needed) {
  const Ops& op = ops();
  const Sums at = sums_of(s);
  const int64_t d = s.width, m = s.inner;
  const int64_t contract = op.packed_size(d, m), expand = op.packed_size(m, d), projection = op.packed_size(d, d), qkv = op.packed_size(3 * d, d);
  float* packed_contract = scratch(kPacked, contract + expand + projection + qkv);
  float *packed_expand = packed_contract + contract, *packed_projection = packed_expand + expand, *packed_qkv = packed_projection + projection;
  op.pack_rows(w.part[kContractWeight], m, d, m, s.round, packed_contract);
  op.pack_rows(w.part[kExpandWeight], d, m, d, s.round, packed_expand);
  op.pack_rows(w.part[kProjectionWeight], d, d, d, s.round, packed_projection);
  op.pack_rows(w.part[kQkvWeight], d, 3 * d, d, s.round, packed_qkv);

  Gradients g(s);
  const int64_t row_tasks = tasks(s.tail_rows(), kTaskRows), batch_tasks = tasks(s.batch, s.batch_task()), parts = std::max(row_tasks, batch_tasks);
  Tensor sums = at::zeros({parts, at.size}, dy.options());
  float* part = data(sums);
  at::parallel_for(0, row_tasks, 1, [&](int64_t from, int64_t to) {
    for (int64_t task = from; task < to; ++task) {
      transform_gradient(s, w, kept, data(dy), packed_contract, packed_expand, packed_projection, g, part + task * at.size, task * kTaskRows,
                         std::min(s.tail_rows(), (task + 1) * kTaskRows));
    }
  });
  variable_list result(kBlockInputs + 3);
  if (needed[kContractWeight]) {
    result[kContractWeight] = floats({d, m});
    weight_gradient(d, m, s.tail_rows(), data(dy), d, g.inner_out, m, s.round, data(result[kContractWeight]), m);
  }
  if (needed[kExpandWeight]) {
    result[kExpandWeight] = floats({m, d});
    weight_gradient(m, d, s.tail_rows(), g.d_inner, m, g.normed2, d, false, data(result[kExpandWeight]), d);
  }
  if (needed[kProjectionWeight]) {
    result[kProjectionWeight] = floats({d, d});
    weight_gradient(d, d, s.tail_rows(), g.d_middle, d, data(kept.attended), d, s.round, data(result[kProjectionWeight]), d);
  }

  Tensor d_hidden = floats({s.batch, s.length, d});
  g.d_hidden = data(d_hidden);
  at::parallel_for(0, batch_tasks, 1, [&](int64_t from, int64_t to) {
    for (int64_t task = from; task < to; ++task) {
      attend_gradient(s, w, kept, data(hidden), packed_qkv, g, part + task * at.size, task * s.batch_task(),
                      std::min(s.batch, (task + 1) * s.batch_task()));
    }
  });
  if (needed[kQkvWeight]) result[kQkvWeight] = qkv_weight_gradient(s, g);
  if (needed[kHidden]) result[kHidden] = d_hidden;

  Tensor total = floats({at.size});
  sum_parts(parts, at.size, part, data(total));
  const auto take = [&](int64_t input, int64_t from, int64_t size) {
    if (needed[input]) result[input] = slice_of(total, from, size);
  };
  take(kNorm1Weight, at.norm1_weight, d);
  take(kNorm1Bias, at.norm1_bias, d);
  take(kQkvBias, at.qkv_bias, 3 * d);
  take(kProjectionBias, at.projection_bias, d);
  take(kNorm2Weight, at.norm2_weight, d);
  take(kNorm2Bias, at.norm2_bias, d);
  take(kExpandBias, at.expand_bias, m);
  take(kContractBias, at.contract_bias, d);
  return result;
}

Shape shape_of(at::TensorList inputs, int64_t heads, int64_t tail, bool round) {
  const Tensor& x = inputs[kHidden];
  return {x.size(0), x.size(1), tail, x.size(2), heads, inputs[kExpandWeight].size(0), round};
}

Weights weights_of(at::TensorList inputs) {
  Weights w;
  for (int i = 0; i < kBlockInputs; ++i) w.part[i] = data(inputs[i]);
  return w;
}

struct BlockFunction : torch::autograd::Function<BlockFunction> {
  static Tensor forward(AutogradContext* context, at::TensorList inputs, int64_t heads, int64_t tail, bool round) {
    const Shape s = shape_of(inputs, heads, tail, round);
    Kept kept;
    kept.qkv = floats({s.rows(), 3 * s.width});
    kept.probabilities = floats({s.batch, s.heads, s.tail, s.score_row()});
    kept.middle = floats({s.tail_rows(), s.width});
    kept.inner = floats({s.tail_rows(), s.inner});
    kept.moments1 = floats({s.rows(), 2});
    kept.moments2 = floats({s.tail_rows(), 2});
    Tensor y = vlmq::forward(s, weights_of(inputs), inputs[kHidden], kept);
    variable_list saved(inputs.begin(), inputs.end());
    saved.insert(saved.end(), {kept.qkv, kept.probabilities, kept.attended, kept.middle, kept.inner, kept.moments1, kept.moments2});
    context->save_for_backward(std::move(saved));
    context->saved_data["heads"] = heads;
    context->saved_data["tail"] = tail;
    context->saved_data["round"] = round;
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::TensorList inputs(saved.data(), kBlockInputs);
    const Tensor* next = saved.data() + kBlockInputs;
    const Kept kept = {next[0], next[1], next[2], next[3], next[4], next[5], next[6]};
    std::vector<bool> needed;
    for (int i = 0; i < kBlockInputs; ++i) needed.push_back(context->needs_input_grad(i));
    const Shape s = shape_of(inputs, context->saved_data["heads"].toInt(), context->saved_data["tail"].toInt(), context->saved_data["round"].toBool());
    at::AutoGradMode no_grad(false);
    return vlmq::backward(s, weights_of(inputs), kept, inputs[kHidden], gradients[0].contiguous(), needed);
  }
};

void check_shapes(at::TensorList in, int64_t heads, int64_t tail) {
  const Tensor& x = in[kHidden];
  TORCH_CHECK(x.dim() == 3, "a block takes [batch, length, width], not ", x.sizes());
  const int64_t d = x.size(2), m = in[kExpandWeight].size(0);
  TORCH_CHECK(heads > 0 && d % heads == 0, "a width of ", d, " cannot be divided among ", heads, " heads");
  TORCH_CHECK(tail > 0 && tail <= x.size(1), "the tail must be 1 to ", x.size(1), ", not ", tail);
  const std::vector<std::vector<int64_t>> expected = {{d}, {d}, {3 * d, d}, {3 * d}, {d, d}, {d}, {d}, {d}, {m, d}, {m}, {d, m}, {d}};
  for (int i = 1; i < kBlockInputs; ++i) {
    TORCH_CHECK(in[i].sizes() == at::IntArrayRef(expected[i - 1]), "parameter ", i, " of a block has shape ", in[i].sizes(), " instead of ",
                at::IntArrayRef(expected[i - 1]));
  }
}

}  // namespace
}  // namespace vlmq

// The block of `inputs` (BlockInput names their order) into *out. 1: not for these tensors; take the plain operations.
SHIM int32_t vlmq_block(const shim::Handle* inputs, int64_t heads, int64_t tail, int32_t round, shim::Handle out) {
  return shim::guarded<int32_t>(-1, [&] {
    using namespace vlmq;
    std::vector<at::Tensor> in = shim::collect(inputs, kBlockInputs);
    bool tracked = false;
    for (at::Tensor& t : in) {
      if (!applicable(t)) return 1;
      t = t.contiguous();
      tracked |= t.requires_grad();
    }
    check_shapes(in, heads, tail);
    const at::TensorList list(in);
    if (tracked && at::GradMode::is_enabled()) {
      *out = BlockFunction::apply(list, heads, tail, round != 0);
    } else {
      Kept kept;
      *out = forward(shape_of(list, heads, tail, round != 0), weights_of(list), in[kHidden], kept);
    }
    return 0;
  });
}
