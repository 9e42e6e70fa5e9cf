// The inner loops, once for each instruction set, behind one table of functions. Matrices are row-major float32 with the
// distance between rows given; `round` says that a factor of a product is rounded to bfloat16 (nearest even) before use.
#pragma once

#include <cstdint>

namespace vlmq {

// C = A·B, or C += A·B, with A [rows, depth] and C [rows, columns].
//
// B is either packed by pack_columns() or pack_rows() (step = panel_width, panel = distance between its panels), or lies in
// memory as it is (step = its row distance, panel = panel_width), which is allowed when columns is a multiple of panel_width.
struct Product {
  int64_t rows, columns, depth;
  const float* a;
  int64_t a_row;
  const float* b;
  int64_t b_step, b_panel;
  float* c;
  int64_t c_row;
  bool accumulate;
  const float* bias;  // [columns], added once, or null
};

// One head of causal attention. Query i stands at position i + (keys - queries) and sees the keys up to there, and always the first
// `prefix`; a prefix of all keys is attention of everything to everything. Probabilities are kept with row distance `row`,
// a multiple of panel_width that is at least keys, zero beyond what is seen.
struct Attention {
  int64_t queries, keys, width;
  const float *q, *k, *v;
  int64_t qkv_row;
  float scale;
  bool round;
  float* probabilities;
  int64_t row;
  float* out;  // [queries, width]
  int64_t out_row;
  int64_t prefix = 0;  // at most keys
};

struct AttentionGradient {
  Attention forward;  // out is not used
  const float* d_out;
  int64_t d_out_row;
  float *dq, *dk, *dv;
  int64_t d_row;
};

// One key head's attention of the token in column `filled` to the columns from `first` on. Queries and key are not rotated yet; column
// `filled` of keys and values is written.
struct NextAttention {
  int64_t group, width, half;  // queries of the key head; dimensions of a head; rotated pairs
  int64_t first, filled;
  float scale;
  const float *queries, *key, *value;
  const float *cosines, *sines;  // [half]
  float *keys, *values;          // [capacity, width]
  float* out;                    // [group, width]
};

// One reply position over the vocabulary; values of critic k start at online + k * stride.
struct TokenPosition {
  int64_t vocabulary;
  const float* logits;
  int64_t action;
  int64_t online_count, target_count;
  const float *online, *target;
  int64_t online_stride, target_stride;
  float minimum_probability;
  // Results; any pointer but log_normalizer may be null.
  float *log_normalizer, *log_probability, *entropy, *state_value, *target_action_value, *mean_action_value, *mean_state_value;
};

// y = x·wᵀ + b with w [outputs, depth] in 16 bits, bfloat16 or (brain = false) IEEE half, and x [rows, depth].
struct HalfProduct {
  int64_t rows, depth;
  const float* x;
  const uint16_t* weight;
  bool brain;
  const float* bias;  // [outputs], or null
  float* y;
  int64_t y_row;
};

struct Ops {
  const char* name;
  int64_t panel_width;

  // Room that a packed [depth, columns] matrix takes, in floats.
  int64_t (*packed_size)(int64_t depth, int64_t columns);
  // Packs B[k][n] = b[k * row + n].
  void (*pack_rows)(const float* b, int64_t row, int64_t depth, int64_t columns, bool round, float* packed);
  // Packs B[k][n] = b[n * row + k].
  void (*pack_columns)(const float* b, int64_t row, int64_t depth, int64_t columns, bool round, float* packed);
  void (*product)(const Product&);
  // C[i][j] = Σ_k A[k][i]·B[k][j], with A [depth, rows] and B [depth, columns]: the gradient of a weight.
  void (*transposed_product)(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, const float* b, int64_t b_row,
                             bool round, float* c, int64_t c_row);
  void (*round_to_bfloat16)(int64_t count, const float* x, float* y);

  // y = (x - mean)·rstd·weight + bias with null weight and bias for 1 and 0; moments [rows, 2] receives mean and rstd, or is null.
  void (*layer_norm)(int64_t rows, int64_t width, const float* x, int64_t x_row, const float* weight, const float* bias, float eps, bool round,
                     float* y, int64_t y_row, float* moments);
  // The same from moments already known.
  void (*layer_norm_again)(int64_t rows, int64_t width, const float* x, int64_t x_row, const float* weight, const float* bias,
                           const float* moments, bool round, float* y, int64_t y_row);
  // dx += the gradient through the norm; d_weight and d_bias [width] are added to.
  void (*layer_norm_gradient)(int64_t rows, int64_t width, const float* dy, int64_t dy_row, const float* x, int64_t x_row, const float* weight,
                              const float* moments, float* dx, int64_t dx_row, float* d_weight, float* d_bias);

  // y = gelu(x), tanh form.
  void (*gelu)(int64_t rows, int64_t width, const float* x, int64_t x_row, bool round, float* y, int64_t y_row);
  // y = gelu(x), and dx = gelu'(x)·dy in place of dy.
  void (*gelu_gradient)(int64_t rows, int64_t width, const float* x, int64_t x_row, bool round, float* y, int64_t y_row, float* dy, int64_t dy_row);

  void (*add)(int64_t rows, int64_t width, const float* x, int64_t x_row, float* y, int64_t y_row);  // y += x
  void (*add_columns)(int64_t rows, int64_t width, const float* x, int64_t x_row, float* sums);      // sums += Σ_rows x

  void (*attention)(const Attention&);
  void (*attention_gradient)(const AttentionGradient&);

  void (*next_attention)(const NextAttention&);

  void (*token_position)(const TokenPosition&);
  // d[j] = scale·([j = action] − softmax(logits)[j])
  void (*log_probability_gradient)(int64_t vocabulary, const float* logits, float log_normalizer, int64_t action, float scale, float* d);
  void (*move_average)(int64_t count, float* target, const float* source, float rate);

  // The outputs from `from` up to `to`.
  void (*half_product)(const HalfProduct&, int64_t from, int64_t to);
  // As pack_rows() and pack_columns(), from a matrix in 16 bits.
  void (*pack_half_rows)(const uint16_t* b, bool brain, int64_t row, int64_t depth, int64_t columns, bool round, float* packed);
  void (*pack_half_columns)(const uint16_t* b, bool brain, int64_t row, int64_t depth, int64_t columns, bool round, float* packed);
};

// The best table that this processor runs.
const Ops& ops();

extern const Ops ops_baseline;
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VLMQ_X86_VARIANTS 1
extern const Ops ops_avx2;
extern const Ops ops_avx512;
#endif

// Scratch memory of this thread, at least `count` floats at a 64-byte boundary, kept for the next call; slots are independent.
float* scratch(int slot, int64_t count);

}  // namespace vlmq
