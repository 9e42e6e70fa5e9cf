// Products with weights of 16 bits; a part of ops_body.h, inside its namespaces. Few rows of x go by at once, so the time is that of
// reading the weights: they are widened to float32 in registers and read from memory once.

constexpr int64_t kLine = 32;  // elements of a cache line

// kOutputs outputs of kInputs rows of x. The weights of as many outputs behind them are asked for on the way: the processor's own guess
// of what comes next ends with a page.
template <class T, int kOutputs, int kInputs>
inline void half_tile(const HalfProduct& product, const T* w, int64_t output, int64_t row) {
  const int64_t depth = product.depth;
  const float* x = product.x + row * depth;
  Vector sums[kOutputs][kInputs] = {};
  const auto add = [&](int64_t k) {
    Vector inputs[kInputs];
    for (int i = 0; i < kInputs; ++i) inputs[i] = load(x + i * depth + k);
    for (int o = 0; o < kOutputs; ++o) {
      const Vector weights = load(w + o * depth + k);
      for (int i = 0; i < kInputs; ++i) sums[o][i] += weights * inputs[i];
    }
  };
  int64_t k = 0;
  for (; k + kLine <= depth; k += kLine) {
    for (int o = 0; o < kOutputs; ++o) __builtin_prefetch(w + (kOutputs + o) * depth + k, 0, 2);
    for (int64_t part = 0; part < kLine; part += kLanes) add(k + part);
  }
  for (; k + kLanes <= depth; k += kLanes) add(k);
  for (int o = 0; o < kOutputs; ++o) {
    for (int i = 0; i < kInputs; ++i) {
      float total = sum(sums[o][i]);
      for (int64_t rest = k; rest < depth; ++rest) total += value(w[o * depth + rest]) * x[i * depth + rest];
      product.y[(row + i) * product.y_row + output + o] = total + (product.bias ? product.bias[output + o] : 0.0f);
    }
  }
}

template <class T, int kOutputs>
inline void half_outputs(const HalfProduct& product, const T* w, int64_t output) {
  int64_t row = 0;
  for (; row + 4 <= product.rows; row += 4) half_tile<T, kOutputs, 4>(product, w, output, row);
  if (product.rows - row == 3) half_tile<T, kOutputs, 3>(product, w, output, row);
  else if (product.rows - row == 2) half_tile<T, kOutputs, 2>(product, w, output, row);
  else if (product.rows - row == 1) half_tile<T, kOutputs, 1>(product, w, output, row);
}

template <class T>
void half_range(const HalfProduct& product, const T* weight, int64_t from, int64_t to) {
  int64_t output = from;
  for (; output + 4 <= to; output += 4) half_outputs<T, 4>(product, weight + output * product.depth, output);
  for (; output < to; ++output) half_outputs<T, 1>(product, weight + output * product.depth, output);
}

void half_product(const HalfProduct& product, int64_t from, int64_t to) {
  as_halves(product.weight, product.brain, [&](const auto* weight) { half_range(product, weight, from, to); });
}

void pack_half_rows(const uint16_t* b, bool brain, int64_t row, int64_t depth, int64_t columns, bool round, float* packed) {
  as_halves(b, brain, [&](const auto* halves) { pack_rows(halves, row, depth, columns, round, packed); });
}

void pack_half_columns(const uint16_t* b, bool brain, int64_t row, int64_t depth, int64_t columns, bool round, float* packed) {
  as_halves(b, brain, [&](const auto* halves) { pack_columns(halves, row, depth, columns, round, packed); });
}
