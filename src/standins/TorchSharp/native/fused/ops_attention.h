// Attention; a part of ops_body.h, inside its namespaces.

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

// How many first keys a query sees.
inline int64_t seen_by(const Attention& t, int64_t query) { return std::max(t.keys - t.queries + query + 1, t.prefix); }

void attention(const Attention& t) {
  float* keys = scratch(kKeys, packed_size(t.width, t.keys));
  pack_columns(t.k, t.qkv_row, t.width, t.keys, false, keys);
  const Right values = right_factor(t.v, t.qkv_row, t.keys, t.width, kValues);
  for (int64_t i = 0, rows; i < t.queries; i += rows) {
    rows = tile_rows(t.queries - i);
    const int64_t seen = seen_by(t, i + rows - 1), columns = padded(seen);
    multiply_rows<false>(rows, columns, t.width, t.q + i * t.qkv_row, t.qkv_row, {keys, kPanel, kPanel * t.width}, 0,
                         t.probabilities + i * t.row, t.row);
    for (int64_t r = 0; r < rows; ++r) {
      float* row = t.probabilities + (i + r) * t.row;
      softmax_row(row, seen_by(t, i + r), columns, t.scale, t.round);
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
    const int64_t seen = seen_by(t, i + rows - 1), columns = padded(seen);
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
    // Query i sees a key j behind the prefix only from i = j - offset on.
    const int64_t from = j < t.prefix ? 0 : std::max<int64_t>(0, j - offset), depth = t.queries - from;
    pack_transposed(t.probabilities + from * t.row + j, t.row, depth, rows, false, packed);
    multiply_rows<true>(rows, t.width, depth, packed, 0, d_out, from, g.dv + j * g.d_row, g.d_row);
    pack_transposed(scores + from * t.row + j, t.row, depth, rows, false, packed);
    multiply_rows<true>(rows, t.width, depth, packed, 0, queries, from, g.dk + j * g.d_row, g.d_row);
  }
}
