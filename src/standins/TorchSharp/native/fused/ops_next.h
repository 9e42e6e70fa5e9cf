// Attention of the next token alone, over a cache of keys and values; a part of ops_body.h, inside its namespaces.

// Pairs (i, i + half) are turned by an angle each; what lies behind them passes through. `to` may be `from`.
inline void rotate(int64_t width, int64_t half, const float* from, const float* cosines, const float* sines, float scale, float* to) {
  for (int64_t i = 0; i < half; ++i) {
    const float first = from[i], second = from[i + half];
    to[i] = (first * cosines[i] - second * sines[i]) * scale;
    to[i + half] = (second * cosines[i] + first * sines[i]) * scale;
  }
  for (int64_t i = 2 * half; i < width; ++i) to[i] = from[i] * scale;
}

inline float dot(int64_t width, const float* a, const float* b) {
  Vector total{};
  int64_t i = 0;
  for (; i + kLanes <= width; i += kLanes) total += load(a + i) * load(b + i);
  float result = sum(total);
  for (; i < width; ++i) result += a[i] * b[i];
  return result;
}

// out = Σ_k p[k]·v[k * width + i], kVectors vectors of it.
template <int kVectors>
inline void weighted(int64_t keys, int64_t width, const float* p, const float* v, float* out) {
  Vector sums[kVectors] = {};
  for (int64_t k = 0; k < keys; ++k) {
    for (int i = 0; i < kVectors; ++i) sums[i] += p[k] * load(v + k * width + i * kLanes);
  }
  for (int i = 0; i < kVectors; ++i) store(out + i * kLanes, sums[i]);
}

void next_attention(const NextAttention& t) {
  const int64_t place = t.filled, seen = place + 1 - t.first, columns = (seen + kLanes - 1) / kLanes * kLanes;
  rotate(t.width, t.half, t.key, t.cosines, t.sines, 1, t.keys + place * t.width);
  std::copy(t.value, t.value + t.width, t.values + place * t.width);
  const float *keys = t.keys + t.first * t.width, *values = t.values + t.first * t.width;
  float *query = scratch(kQueries, t.width), *scores = scratch(kScores, columns);
  for (int64_t head = 0; head < t.group; ++head) {
    rotate(t.width, t.half, t.queries + head * t.width, t.cosines, t.sines, t.scale, query);
    for (int64_t k = 0; k < seen; ++k) scores[k] = dot(t.width, query, keys + k * t.width);
    std::fill(scores + seen, scores + columns, 0.0f);
    softmax_row(scores, seen, columns, 1, false);
    float* out = t.out + head * t.width;
    int64_t i = 0;
    for (; i + 4 * kLanes <= t.width; i += 4 * kLanes) weighted<4>(seen, t.width, scores, values + i, out + i);
    for (; i + kLanes <= t.width; i += kLanes) weighted<1>(seen, t.width, scores, values + i, out + i);
    for (; i < t.width; ++i) {
      out[i] = 0;
      for (int64_t k = 0; k < seen; ++k) out[i] += scores[k] * values[k * t.width + i];
    }
  }
}
