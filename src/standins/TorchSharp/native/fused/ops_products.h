// Matrix products; a part of ops_body.h, inside its namespaces.

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

template <class T>
void pack_rows(const T* b, int64_t row, int64_t depth, int64_t columns, bool round, float* packed) {
  for (int64_t n = 0; n < columns; n += kPanel) {
    const int64_t width = std::min<int64_t>(kPanel, columns - n);
    for (int64_t k = 0; k < depth; ++k, packed += kPanel) {
      const T* from = b + k * row + n;
      if (width == kPanel) {
        Vector left = load(from), right = load(from + kLanes);
        if (round) {
          left = rounded(left);
          right = rounded(right);
        }
        store(packed, left);
        store(packed + kLanes, right);
      } else {
        for (int64_t j = 0; j < kPanel; ++j) packed[j] = j >= width ? 0 : round ? rounded(value(from[j])) : value(from[j]);
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
template <class T>
inline void transpose_square(const T* from, int64_t row, bool round, float* to) {
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

template <class T>
void pack_columns(const T* b, int64_t row, int64_t depth, int64_t columns, bool round, float* packed) {
  for (int64_t n = 0; n < columns; n += kPanel, packed += kPanel * depth) {
    for (int64_t j0 = 0; j0 < kPanel; j0 += kLanes) {
      const int64_t width = std::min<int64_t>(kLanes, columns - n - j0);
      const T* from = b + (n + j0) * row;
      float* to = packed + j0;
      int64_t k = 0;
      for (; width == kLanes && k + kLanes <= depth; k += kLanes) transpose_square(from + k, row, round, to + k * kPanel);
      for (; k < depth; ++k) {
        for (int64_t j = 0; j < kLanes; ++j) {
          const float x = j < width ? value(from[j * row + k]) : 0;
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
