// No include guard: each instruction set includes this once.
// The body of one table of inner loops. The including file chooses the instruction set and defines VLMQ_TABLE, VLMQ_NAME,
// VLMQ_LANES (floats in a vector register) and VLMQ_ROWS (rows of a tile that fit the registers beside two columns of vectors).
// Every name is local to the including file, so that no code of one instruction set can be linked into another.

namespace vlmq {
namespace {

constexpr int kLanes = VLMQ_LANES;
constexpr int kRows = VLMQ_ROWS;
constexpr int kPanel = 2 * kLanes;
// Depth of one pass over a product: a panel of B of this depth stays in the nearer caches while all rows of A go by.
constexpr int64_t kDepth = 384;
constexpr int64_t kTransposedDepth = 256, kTransposedColumns = 512, kTransposedRows = 16 * kRows;

typedef float Vector __attribute__((vector_size(4 * kLanes)));
typedef float Unaligned __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
typedef uint32_t Bits __attribute__((vector_size(4 * kLanes)));

#if VLMQ_LANES == 16
constexpr Vector kLaneNumbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif VLMQ_LANES == 8
constexpr Vector kLaneNumbers = {0, 1, 2, 3, 4, 5, 6, 7};
#else
constexpr Vector kLaneNumbers = {0, 1, 2, 3};
#endif

enum Slots { kPackedB, kPackedA, kKeys, kValues, kQueries, kScores, kTokens };

inline Vector splat(float x) { return Vector{} + x; }
inline Vector load(const float* p) { return *reinterpret_cast<const Unaligned*>(p); }
inline void store(float* p, Vector x) { *reinterpret_cast<Unaligned*>(p) = x; }
inline Vector load_some(const float* p, int64_t n, float rest = 0) {
  float lanes[kLanes];
  for (int i = 0; i < kLanes; ++i) lanes[i] = i < n ? p[i] : rest;
  return load(lanes);
}
inline void store_some(float* p, Vector x, int64_t n) {
  for (int i = 0; i < n; ++i) p[i] = x[i];
}
// A NaN in x stays.
inline Vector at_least(Vector bound, Vector x) { return bound > x ? bound : x; }
inline Vector at_most(Vector bound, Vector x) { return bound < x ? bound : x; }

inline float sum(Vector x) {
#if VLMQ_LANES == 16
  x += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
#elif VLMQ_LANES == 8
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
  x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5);
#else
  x += __builtin_shufflevector(x, x, 2, 3, 0, 1);
#endif
  return x[0] + x[1];
}

inline float largest(Vector x) {
#if VLMQ_LANES == 16
  x = at_least(x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  x = at_least(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  x = at_least(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
#elif VLMQ_LANES == 8
  x = at_least(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3));
  x = at_least(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5));
#else
  x = at_least(x, __builtin_shufflevector(x, x, 2, 3, 0, 1));
#endif
  return x[0] > x[1] ? x[0] : x[1];
}

// To bfloat16 and back, nearest even. Overflow to infinity is as the format has it; a NaN may become infinite.
inline Vector rounded(Vector x) {
  Bits bits = reinterpret_cast<Bits>(x);
  return reinterpret_cast<Vector>((bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u);
}
inline float rounded(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  bits = (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
  std::memcpy(&x, &bits, 4);
  return x;
}

// eˣ for x in [-87, 88] (clamped to it), relative error below 2⁻²³·1.5: Cephes' polynomial on the remainder of x/ln 2.
inline Vector exponential(Vector x) {
  x = at_most(splat(88.0f), at_least(splat(-87.0f), x));
  const Vector shifted = x * 1.44269504088896341f + 12582912.0f;  // 1.5·2²³ rounds to an integer and leaves it in the low bits
  const Vector n = shifted - 12582912.0f;
  const Vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Vector p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  return reinterpret_cast<Vector>(reinterpret_cast<Bits>(p) + (reinterpret_cast<Bits>(shifted) << 23));
}

#include "ops_widened.h"
#include "ops_products.h"
#include "ops_rows.h"
#include "ops_attention.h"
#include "ops_next.h"
#include "ops_tokens.h"
#include "ops_halves.h"

}  // namespace

extern const Ops VLMQ_TABLE = {
    VLMQ_NAME, kPanel, packed_size, pack_rows<float>, pack_columns<float>, product, transposed_product, round_to_bfloat16, layer_norm, layer_norm_again,
    layer_norm_gradient, gelu, gelu_gradient, add, add_columns, attention, attention_gradient, next_attention, token_position, log_probability_gradient,
    move_average, half_product, pack_half_rows, pack_half_columns,
};

}  // namespace vlmq
