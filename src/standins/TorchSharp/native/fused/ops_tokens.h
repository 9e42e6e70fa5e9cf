// The vocabulary; a part of ops_body.h, inside its namespaces.

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
