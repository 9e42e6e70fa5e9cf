// No include guard: each instruction set includes this once.
// The body of one table of inner loops. The including file chooses the instruction set and defines VLMQ_TABLE, VLMQ_NAME,
// VLMQ_LANES (floats in a vector register) and VLMQ_ROWS (rows of a tile that fit the registers beside two columns of vectors).
// Every name is local to the including file, so that no code of one instruction set can be linked into another.

namespace vlmq {
namespace {

constexpr int kLanes = VLMQ_LANES;
constexpr int kRows = VLMQ_ROWS;
constexpr int kPanel = 2 * kLanes;
// Depth of one pass over a product: a panel of B of this depth stays in the first-level cache.
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

// ---- matrix products ----------------------------------------------------------------------------------------------------

struct Tile {
  int64_t depth;
  const float* a;
  int64_t a_row;
  const float* b;
  int64_t b_step;
  float* c;
  int64_t c_row;
  bool accumulate;
  const float* bias;
};

// One tile of M rows and kPanel columns; A is row-major, or packed as [depth, M].
template <int M, bool kPacked>
void multiply_tile(const Tile& t) {
  Vector sums[M][2];
#pragma GCC unroll 16
  for (int i = 0; i < M; ++i) sums[i][0] = sums[i][1] = Vector{};
  const float* a = t.a;
  const float* b = t.b;
  const int64_t a_row = t.a_row, b_step = t.b_step;
  int64_t k = 0;
  for (; k + 4 <= t.depth; k += 4) {
#pragma GCC unroll 4
    for (int u = 0; u < 4; ++u) {
      const Vector left = load(b + u * b_step), right = load(b + u * b_step + kLanes);
#pragma GCC unroll 16
      for (int i = 0; i < M; ++i) {
        const float x = kPacked ? a[u * M + i] : a[i * a_row + u];
        sums[i][0] += x * left;
        sums[i][1] += x * right;
      }
    }
    a += kPacked ? 4 * M : 4;
    b += 4 * b_step;
  }
  for (; k < t.depth; ++k) {
    const Vector left = load(b), right = load(b + kLanes);
#pragma GCC unroll 16
    for (int i = 0; i < M; ++i) {
      const float x = kPacked ? a[i] : a[i * a_row];
      sums[i][0] += x * left;
      sums[i][1] += x * right;
    }
    a += kPacked ? M : 1;
    b += b_step;
  }
  if (t.bias) {
    const Vector left = load(t.bias), right = load(t.bias + kLanes);
#pragma GCC unroll 16
    for (int i = 0; i < M; ++i) {
      sums[i][0] += left;
      sums[i][1] += right;
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < M; ++i) {
    float* c = t.c + i * t.c_row;
    store(c, t.accumulate ? load(c) + sums[i][0] : sums[i][0]);
    store(c + kLanes, t.accumulate ? load(c + kLanes) + sums[i][1] : sums[i][1]);
  }
}

using TileFunction = void (*)(const Tile&);

template <bool kPacked>
TileFunction tile_function(int64_t rows) {
  static constexpr TileFunction functions[] = {
      nullptr,
      multiply_tile<1, kPacked>,
      multiply_tile<2, kPacked>,
      multiply_tile<3, kPacked>,
      multiply_tile<4, kPacked>,
#if VLMQ_ROWS > 4
      multiply_tile<5, kPacked>,
      multiply_tile<6, kPacked>,
#endif
#if VLMQ_ROWS > 6
      multiply_tile<7, kPacked>,
      multiply_tile<8, kPacked>,
      multiply_tile<9, kPacked>,
      multiply_tile<10, kPacked>,
      multiply_tile<11, kPacked>,
      multiply_tile<12, kPacked>,
      multiply_tile<13, kPacked>,
      multiply_tile<14, kPacked>,
#endif
  };
  return functions[rows];
}

// A tile of which only the first `columns` exist in C and in the bias.
template <bool kPacked>
void multiply_edge(Tile tile, int64_t rows, int64_t columns) {
  float whole[kRows * kPanel];
  float* c = tile.c;
  const int64_t c_row = tile.c_row;
  const bool accumulate = tile.accumulate;
  const float* bias = tile.bias;
  tile.c = whole;
  tile.c_row = kPanel;
  tile.accumulate = false;
  tile.bias = nullptr;
  tile_function<kPacked>(rows)(tile);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) {
      const float value = whole[i * kPanel + j] + (bias ? bias[j] : 0);
      c[i * c_row + j] = accumulate ? c[i * c_row + j] + value : value;
    }
  }
}

template <bool kPacked>
inline void multiply(TileFunction whole, const Tile& tile, int64_t rows, int64_t columns) {
  if (columns >= kPanel) whole(tile);
  else multiply_edge<kPacked>(tile, rows, columns);
}

int64_t packed_size(int64_t depth, int64_t columns) { return (columns + kPanel - 1) / kPanel * kPanel * depth; }

void pack_rows(const float* b, int64_t row, int64_t depth, int64_t columns, bool round, float* packed) {
  for (int64_t n = 0; n < columns; n += kPanel) {
    const int64_t width = std::min<int64_t>(kPanel, columns - n);
    for (int64_t k = 0; k < depth; ++k, packed += kPanel) {
      const float* from = b + k * row + n;
      if (width == kPanel) {
        Vector left = load(from), right = load(from + kLanes);
        if (round) {
          left = rounded(left);
          right = rounded(right);
        }
        store(packed, left);
        store(packed + kLanes, right);
      } else {
        for (int64_t j = 0; j < kPanel; ++j) packed[j] = j >= width ? 0 : round ? rounded(from[j]) : from[j];
      }
    }
  }
}

// Swaps the blocks of H values beside the diagonal of every 2H·2H square of a kLanes·kLanes matrix; after H = 1, 2, 4, … it is transposed.
template <int H>
inline void swap_blocks(Vector (&rows)[kLanes]) {
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) {
    if (i & H) continue;
    Bits first, second;
#pragma GCC unroll 16
    for (int j = 0; j < kLanes; ++j) {
      first[j] = j & H ? kLanes + j - H : j;
      second[j] = j & H ? kLanes + j : j + H;
    }
    const Vector a = rows[i], b = rows[i + H];
    rows[i] = __builtin_shuffle(a, b, first);
    rows[i + H] = __builtin_shuffle(a, b, second);
  }
}

// to[k * kPanel + j] = from[j * row + k] for kLanes by kLanes values.
inline void transpose_square(const float* from, int64_t row, bool round, float* to) {
  Vector rows[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) rows[i] = load(from + i * row);
  swap_blocks<1>(rows);
  swap_blocks<2>(rows);
#if VLMQ_LANES > 4
  swap_blocks<4>(rows);
#endif
#if VLMQ_LANES > 8
  swap_blocks<8>(rows);
#endif
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) store(to + i * kPanel, round ? rounded(rows[i]) : rows[i]);
}

void pack_columns(const float* b, int64_t row, int64_t depth, int64_t columns, bool round, float* packed) {
  for (int64_t n = 0; n < columns; n += kPanel, packed += kPanel * depth) {
    for (int64_t j0 = 0; j0 < kPanel; j0 += kLanes) {
      const int64_t width = std::min<int64_t>(kLanes, columns - n - j0);
      const float* from = b + (n + j0) * row;
      float* to = packed + j0;
      int64_t k = 0;
      for (; width == kLanes && k + kLanes <= depth; k += kLanes) transpose_square(from + k, row, round, to + k * kPanel);
      for (; k < depth; ++k) {
        for (int64_t j = 0; j < kLanes; ++j) {
          const float x = j < width ? from[j * row + k] : 0;
          to[k * kPanel + j] = round ? rounded(x) : x;
        }
      }
    }
  }
}

// Rows of the tile that starts with `left` rows to go: as even as possible at the end, since a tile of two rows costs as much as one of six.
inline int64_t tile_rows(int64_t left) { return left >= 2 * kRows ? kRows : left > kRows ? (left + 1) / 2 : left; }

void product(const Product& p) {
  int64_t from = 0;
  do {
    const int64_t depth = std::min(kDepth, p.depth - from);
    for (int64_t n = 0; n < p.columns; n += kPanel) {
      const float* b = p.b + n / kPanel * p.b_panel + from * p.b_step;
      for (int64_t i = 0, rows; i < p.rows; i += rows) {
        rows = tile_rows(p.rows - i);
        const Tile tile = {depth, p.a + i * p.a_row + from, p.a_row, b, p.b_step, p.c + i * p.c_row + n, p.c_row,
                           p.accumulate || from > 0, p.bias && from == 0 ? p.bias + n : nullptr};
        multiply<false>(tile_function<false>(rows), tile, rows, p.columns - n);
      }
    }
    from += depth;
  } while (from < p.depth);
}

// Packs A[k][i] = a[k * row + i], tile after tile as tile_rows() cuts them, each as [depth, its rows]. A is read row by row, since rows
// may lie a page apart. Whole vectors are written, each over what the one before had too many; the last row is done by hand, so that
// nothing beyond A is read and no tile spills into the next.
void pack_transposed(const float* a, int64_t row, int64_t depth, int64_t rows, bool round, float* packed) {
  static_assert(kRows <= kLanes, "a row of a tile fits one vector");
  for (int64_t k = 0; k + 1 < depth; ++k) {
    for (int64_t i = 0, tile; i < rows; i += tile) {
      tile = tile_rows(rows - i);
      const Vector x = load(a + k * row + i);
      store(packed + i * depth + k * tile, round ? rounded(x) : x);
    }
  }
  for (int64_t i = 0, tile; depth > 0 && i < rows; i += tile) {
    tile = tile_rows(rows - i);
    for (int64_t j = 0; j < tile; ++j) {
      const float x = a[(depth - 1) * row + i + j];
      packed[i * depth + (depth - 1) * tile + j] = round ? rounded(x) : x;
    }
  }
}

void transposed_product(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, const float* b, int64_t b_row, bool round,
                        float* c, int64_t c_row) {
  float* packed_a = scratch(kPackedA, kTransposedDepth * kTransposedRows + kLanes);
  float* packed_b = scratch(kPackedB, packed_size(kTransposedDepth, kTransposedColumns));
  for (int64_t n0 = 0; n0 < columns; n0 += kTransposedColumns) {
    const int64_t width = std::min(kTransposedColumns, columns - n0);
    for (int64_t from = 0; from < depth; from += kTransposedDepth) {
      const int64_t part = std::min(kTransposedDepth, depth - from);
      pack_rows(b + from * b_row + n0, b_row, part, width, round, packed_b);
      for (int64_t i0 = 0, block; i0 < rows; i0 += block) {
        block = std::min(kTransposedRows, rows - i0);
        pack_transposed(a + from * a_row + i0, a_row, part, block, round, packed_a);
        for (int64_t n = 0; n < width; n += kPanel) {
          for (int64_t i = 0, tile; i < block; i += tile) {
            tile = tile_rows(block - i);
            const Tile t = {part, packed_a + i * part, 0, packed_b + n * part, kPanel, c + (i0 + i) * c_row + n0 + n, c_row, from > 0, nullptr};
            multiply<true>(tile_function<true>(tile), t, tile, width - n);
          }
        }
      }
    }
  }
}

void round_to_bfloat16(int64_t count, const float* x, float* y) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(y + i, rounded(load(x + i)));
  for (; i < count; ++i) y[i] = rounded(x[i]);
}

// ---- row-wise operations ------------------------------------------------------------------------------------------------

// Calls whole(i) for each full vector of [0, width) and part(i, n) for the rest.
template <class Whole, class Part>
inline void each(int64_t width, Whole&& whole, Part&& part) {
  int64_t i = 0;
  for (; i + kLanes <= width; i += kLanes) whole(i);
  if (i < width) part(i, width - i);
}

inline void normalise(int64_t width, const float* x, const float* weight, const float* bias, float mean, float rstd, bool round, float* y) {
  const auto one = [&](Vector v, Vector w, Vector b) {
    v = (v - mean) * rstd * w + b;
    return round ? rounded(v) : v;
  };
  each(
      width, [&](int64_t i) { store(y + i, one(load(x + i), weight ? load(weight + i) : splat(1), bias ? load(bias + i) : Vector{})); },
      [&](int64_t i, int64_t n) {
        store_some(y + i, one(load_some(x + i, n), weight ? load_some(weight + i, n) : splat(1), bias ? load_some(bias + i, n) : Vector{}), n);
      });
}

void layer_norm(int64_t rows, int64_t width, const float* x, int64_t x_row, const float* weight, const float* bias, float eps, bool round,
                float* y, int64_t y_row, float* moments) {
  for (int64_t r = 0; r < rows; ++r) {
    const float* from = x + r * x_row;
    Vector total{};
    each(width, [&](int64_t i) { total += load(from + i); }, [&](int64_t i, int64_t n) { total += load_some(from + i, n); });
    const float mean = sum(total) / static_cast<float>(width);
    Vector squares{};
    each(
        width,
        [&](int64_t i) {
          const Vector d = load(from + i) - mean;
          squares += d * d;
        },
        [&](int64_t i, int64_t n) {
          const Vector d = load_some(from + i, n, mean) - mean;
          squares += d * d;
        });
    const float rstd = 1 / std::sqrt(sum(squares) / static_cast<float>(width) + eps);
    if (moments) {
      moments[2 * r] = mean;
      moments[2 * r + 1] = rstd;
    }
    normalise(width, from, weight, bias, mean, rstd, round, y + r * y_row);
  }
}

void layer_norm_again(int64_t rows, int64_t width, const float* x, int64_t x_row, const float* weight, const float* bias, const float* moments,
                      bool round, float* y, int64_t y_row) {
  for (int64_t r = 0; r < rows; ++r) normalise(width, x + r * x_row, weight, bias, moments[2 * r], moments[2 * r + 1], round, y + r * y_row);
}

void layer_norm_gradient(int64_t rows, int64_t width, const float* dy, int64_t dy_row, const float* x, int64_t x_row, const float* weight,
                         const float* moments, float* dx, int64_t dx_row, float* d_weight, float* d_bias) {
  for (int64_t r = 0; r < rows; ++r) {
    const float *g = dy + r * dy_row, *from = x + r * x_row;
    float* to = dx + r * dx_row;
    const float mean = moments[2 * r], rstd = moments[2 * r + 1];
    Vector total{}, projected{};
    each(
        width,
        [&](int64_t i) {
          const Vector h = (load(from + i) - mean) * rstd, d = load(g + i), dh = d * load(weight + i);
          total += dh;
          projected += dh * h;
          store(d_weight + i, load(d_weight + i) + d * h);
          store(d_bias + i, load(d_bias + i) + d);
        },
        [&](int64_t i, int64_t n) {
          const Vector h = (load_some(from + i, n) - mean) * rstd, d = load_some(g + i, n), dh = d * load_some(weight + i, n);
          total += dh;
          projected += dh * h;
          store_some(d_weight + i, load_some(d_weight + i, n) + d * h, n);
          store_some(d_bias + i, load_some(d_bias + i, n) + d, n);
        });
    const float a = sum(total) / static_cast<float>(width), b = sum(projected) / static_cast<float>(width);
    each(
        width,
        [&](int64_t i) {
          const Vector h = (load(from + i) - mean) * rstd, dh = load(g + i) * load(weight + i);
          store(to + i, load(to + i) + rstd * (dh - a - h * b));
        },
        [&](int64_t i, int64_t n) {
          const Vector h = (load_some(from + i, n) - mean) * rstd, dh = load_some(g + i, n) * load_some(weight + i, n);
          store_some(to + i, load_some(to + i, n) + rstd * (dh - a - h * b), n);
        });
  }
}

constexpr float kGelu = 0.7978845608028654f, kGeluCube = 0.044715f;  // √(2/π); Hendrycks & Gimpel 2016

// ½(1 + tanh u) = 1 / (1 + e⁻²ᵘ), which loses no digits where tanh u is near −1.
inline Vector gelu_gate(Vector x) {
  const Vector u = x * (kGelu + kGelu * kGeluCube * (x * x));
  return 1.0f / (1.0f + exponential(-2.0f * u));
}

inline Vector gelu_of(Vector x, bool round) {
  const Vector y = x * gelu_gate(x);
  return round ? rounded(y) : y;
}

void gelu(int64_t rows, int64_t width, const float* x, int64_t x_row, bool round, float* y, int64_t y_row) {
  for (int64_t r = 0; r < rows; ++r, x += x_row, y += y_row) {
    each(width, [&](int64_t i) { store(y + i, gelu_of(load(x + i), round)); },
         [&](int64_t i, int64_t n) { store_some(y + i, gelu_of(load_some(x + i, n), round), n); });
  }
}

void gelu_gradient(int64_t rows, int64_t width, const float* x, int64_t x_row, bool round, float* y, int64_t y_row, float* dy, int64_t dy_row) {
  const auto one = [&](Vector v, Vector& d) {
    const Vector gate = gelu_gate(v), value = v * gate;
    d *= gate + value * (1.0f - gate) * (2 * kGelu + 6 * kGelu * kGeluCube * (v * v));
    if (round) d = rounded(d);
    return round ? rounded(value) : value;
  };
  for (int64_t r = 0; r < rows; ++r, x += x_row, y += y_row, dy += dy_row) {
    each(
        width,
        [&](int64_t i) {
          Vector d = load(dy + i);
          store(y + i, one(load(x + i), d));
          store(dy + i, d);
        },
        [&](int64_t i, int64_t n) {
          Vector d = load_some(dy + i, n);
          store_some(y + i, one(load_some(x + i, n), d), n);
          store_some(dy + i, d, n);
        });
  }
}

void add(int64_t rows, int64_t width, const float* x, int64_t x_row, float* y, int64_t y_row) {
  for (int64_t r = 0; r < rows; ++r, x += x_row, y += y_row) {
    each(width, [&](int64_t i) { store(y + i, load(y + i) + load(x + i)); },
         [&](int64_t i, int64_t n) { store_some(y + i, load_some(y + i, n) + load_some(x + i, n), n); });
  }
}

void add_columns(int64_t rows, int64_t width, const float* x, int64_t x_row, float* sums) {
  each(
      width,
      [&](int64_t i) {
        Vector total = load(sums + i);
        for (int64_t r = 0; r < rows; ++r) total += load(x + r * x_row + i);
        store(sums + i, total);
      },
      [&](int64_t i, int64_t n) {
        Vector total = load_some(sums + i, n);
        for (int64_t r = 0; r < rows; ++r) total += load_some(x + r * x_row + i, n);
        store_some(sums + i, total, n);
      });
}

// ---- attention ----------------------------------------------------------------------------------------------------------

// softmax(scale·row) over the first n values, zeros up to `padded`, a multiple of the vector width.
inline void softmax_row(float* row, int64_t n, int64_t padded, float scale, bool round) {
  const auto valid = [&](int64_t i) { return kLaneNumbers < splat(static_cast<float>(n - i)); };
  Vector peak = splat(row[0]);
  for (int64_t i = 0; i < n; i += kLanes) {
    const Vector x = load(row + i);
    peak = at_least(peak, valid(i) ? x : peak);
  }
  const float highest = largest(peak);
  Vector total{};
  for (int64_t i = 0; i < padded; i += kLanes) {
    const Vector e = valid(i) ? exponential((load(row + i) - highest) * scale) : Vector{};
    store(row + i, e);
    total += e;
  }
  const float share = 1 / sum(total);
  for (int64_t i = 0; i < padded; i += kLanes) {
    const Vector p = load(row + i) * share;
    store(row + i, round ? rounded(p) : p);
  }
}

struct Right {
  const float* b;
  int64_t step, panel;
};

// B [depth, columns] as it lies if that is allowed, else packed.
inline Right right_factor(const float* b, int64_t row, int64_t depth, int64_t columns, int slot) {
  if (columns % kPanel == 0) return {b, row, kPanel};
  float* packed = scratch(slot, packed_size(depth, columns));
  pack_rows(b, row, depth, columns, false, packed);
  return {packed, kPanel, kPanel * depth};
}

template <bool kPacked>
inline void multiply_rows(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, const Right& b, int64_t from, float* c,
                          int64_t c_row) {
  const TileFunction whole = tile_function<kPacked>(rows);
  for (int64_t n = 0; n < columns; n += kPanel) {
    const Tile tile = {depth, a, a_row, b.b + n / kPanel * b.panel + from * b.step, b.step, c + n, c_row, false, nullptr};
    multiply<kPacked>(whole, tile, rows, columns - n);
  }
}

inline int64_t padded(int64_t columns) { return (columns + kPanel - 1) / kPanel * kPanel; }

void attention(const Attention& t) {
  const int64_t offset = t.keys - t.queries;
  float* keys = scratch(kKeys, packed_size(t.width, t.keys));
  pack_columns(t.k, t.qkv_row, t.width, t.keys, false, keys);
  const Right values = right_factor(t.v, t.qkv_row, t.keys, t.width, kValues);
  for (int64_t i = 0, rows; i < t.queries; i += rows) {
    rows = tile_rows(t.queries - i);
    const int64_t seen = offset + i + rows, columns = padded(seen);
    multiply_rows<false>(rows, columns, t.width, t.q + i * t.qkv_row, t.qkv_row, {keys, kPanel, kPanel * t.width}, 0,
                         t.probabilities + i * t.row, t.row);
    for (int64_t r = 0; r < rows; ++r) {
      float* row = t.probabilities + (i + r) * t.row;
      softmax_row(row, offset + i + r + 1, columns, t.scale, t.round);
      std::fill(row + columns, row + t.row, 0.0f);
    }
    multiply_rows<false>(rows, t.width, seen, t.probabilities + i * t.row, t.row, values, 0, t.out + i * t.out_row, t.out_row);
  }
}

void attention_gradient(const AttentionGradient& g) {
  const Attention& t = g.forward;
  const int64_t offset = t.keys - t.queries;
  float* scores = scratch(kScores, t.queries * t.row);
  float* values = scratch(kValues, packed_size(t.width, t.keys));
  pack_columns(t.v, t.qkv_row, t.width, t.keys, false, values);
  const Right keys = right_factor(t.k, t.qkv_row, t.keys, t.width, kKeys);
  for (int64_t i = 0, rows; i < t.queries; i += rows) {
    rows = tile_rows(t.queries - i);
    const int64_t seen = offset + i + rows, columns = padded(seen);
    multiply_rows<false>(rows, columns, t.width, g.d_out + i * g.d_out_row, g.d_out_row, {values, kPanel, kPanel * t.width}, 0,
                         scores + i * t.row, t.row);
    for (int64_t r = 0; r < rows; ++r) {
      float* d = scores + (i + r) * t.row;
      const float* p = t.probabilities + (i + r) * t.row;
      Vector total{};
      for (int64_t j = 0; j < columns; j += kLanes) total += load(d + j) * load(p + j);
      const float mean = sum(total);
      for (int64_t j = 0; j < columns; j += kLanes) {
        const Vector s = load(p + j) * (load(d + j) - mean) * t.scale;
        store(d + j, t.round ? rounded(s) : s);
      }
      std::fill(d + columns, d + t.row, 0.0f);
    }
    multiply_rows<false>(rows, t.width, seen, scores + i * t.row, t.row, keys, 0, g.dq + i * g.d_row, g.d_row);
  }
  const Right d_out = right_factor(g.d_out, g.d_out_row, t.queries, t.width, kValues);
  const Right queries = right_factor(t.q, t.qkv_row, t.queries, t.width, kQueries);
  float* packed = scratch(kPackedA, t.queries * kRows + kLanes);
  for (int64_t j = 0, rows; j < t.keys; j += rows) {
    rows = tile_rows(t.keys - j);
    // Query i sees key j only from i = j - offset on.
    const int64_t from = std::max<int64_t>(0, j - offset), depth = t.queries - from;
    pack_transposed(t.probabilities + from * t.row + j, t.row, depth, rows, false, packed);
    multiply_rows<true>(rows, t.width, depth, packed, 0, d_out, from, g.dv + j * g.d_row, g.d_row);
    pack_transposed(scores + from * t.row + j, t.row, depth, rows, false, packed);
    multiply_rows<true>(rows, t.width, depth, packed, 0, queries, from, g.dk + j * g.d_row, g.d_row);
  }
}

// ---- the vocabulary -----------------------------------------------------------------------------------------------------

// The smallest, or the sum, of the critics' values of the tokens from i on.
template <bool kSmallest>
inline Vector over_critics(const float* first, int64_t stride, int64_t count, int64_t i, int64_t n) {
  Vector result = n >= kLanes ? load(first + i) : load_some(first + i, n);
  for (int64_t k = 1; k < count; ++k) {
    const float* next = first + k * stride + i;
    const Vector value = n >= kLanes ? load(next) : load_some(next, n);
    result = kSmallest ? at_most(result, value) : result + value;
  }
  return result;
}

void token_position(const TokenPosition& t) {
  const int64_t width = t.vocabulary;
  float* weights = scratch(kTokens, width + kLanes);
  float highest = t.logits[0];
  for (int64_t i = 1; i < width; ++i) highest = std::max(highest, t.logits[i]);
  Vector total{}, moment{};
  for (int64_t i = 0; i < width; i += kLanes) {
    const Vector x = (width - i >= kLanes ? load(t.logits + i) : load_some(t.logits + i, width - i, highest - 100)) - highest;
    Vector e = exponential(x);
    if (width - i < kLanes) e = load_some(reinterpret_cast<const float*>(&e), width - i);
    store(weights + i, e);
    total += e;
    moment += e * x;
  }
  const float mass = sum(total), share = 1 / mass, log_mass = std::log(mass);
  *t.log_normalizer = highest + log_mass;
  if (t.log_probability) *t.log_probability = t.logits[t.action] - highest - log_mass;
  if (t.entropy) *t.entropy = log_mass - sum(moment) * share;

  const bool restricted = t.minimum_probability > 0;
  const float threshold = std::min(t.minimum_probability, 0.999f * share) * mass;
  Vector kept{}, state{}, mean_state{};
  for (int64_t i = 0; i < width; i += kLanes) {
    Vector w = load(weights + i);
    if (restricted) w = w > threshold ? w : Vector{};
    kept += w;
    if (t.state_value) state += w * over_critics<true>(t.target, t.target_stride, t.target_count, i, width - i);
    if (t.mean_state_value) mean_state += w * over_critics<false>(t.online, t.online_stride, t.online_count, i, width - i);
  }
  const float normalizer = restricted ? sum(kept) : mass;
  if (t.state_value) *t.state_value = sum(state) / normalizer;
  if (t.mean_state_value) *t.mean_state_value = sum(mean_state) / (normalizer * static_cast<float>(t.online_count));
  if (t.target_action_value) {
    float least = t.target[t.action];
    for (int64_t k = 1; k < t.target_count; ++k) least = std::min(least, t.target[k * t.target_stride + t.action]);
    *t.target_action_value = least;
  }
  if (t.mean_action_value) {
    float mean = 0;
    for (int64_t k = 0; k < t.online_count; ++k) mean += t.online[k * t.online_stride + t.action];
    *t.mean_action_value = mean / static_cast<float>(t.online_count);
  }
}

void log_probability_gradient(int64_t vocabulary, const float* logits, float log_normalizer, int64_t action, float scale, float* d) {
  each(
      vocabulary, [&](int64_t i) { store(d + i, -scale * exponential(load(logits + i) - log_normalizer)); },
      [&](int64_t i, int64_t n) { store_some(d + i, -scale * exponential(load_some(logits + i, n) - log_normalizer), n); });
  d[action] += scale;
}

void move_average(int64_t count, float* target, const float* source, float rate) {
  each(
      count, [&](int64_t i) { store(target + i, load(target + i) * (1 - rate) + load(source + i) * rate); },
      [&](int64_t i, int64_t n) { store_some(target + i, load_some(target + i, n) * (1 - rate) + load_some(source + i, n) * rate, n); });
}

}  // namespace

extern const Ops VLMQ_TABLE = {
    VLMQ_NAME, kPanel, packed_size, pack_rows, pack_columns, product, transposed_product, round_to_bfloat16, layer_norm, layer_norm_again,
    layer_norm_gradient, gelu, gelu_gradient, add, add_columns, attention, attention_gradient, token_position, log_probability_gradient,
    move_average,
};

}  // namespace vlmq
