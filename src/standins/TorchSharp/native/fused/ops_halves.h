// Products with weights of 16 bits. Few rows of x go by at once, so the time is that of reading the weights: they are widened to
// float32 in registers and read from memory once.

// The half-precision float's value.
inline float from_float16(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16, exponent = (half >> 10) & 31u, fraction = half & 0x3ffu;
  if (exponent == 0) {
    const float tiny = static_cast<float>(fraction) * 5.9604644775390625e-8f;  // 2⁻²⁴
    return sign ? -tiny : tiny;
  }
  const uint32_t bits = sign | (exponent == 31 ? 0x7f800000u : (exponent + 112) << 23) | (fraction << 13);
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

inline float from_bfloat16(uint16_t half) {
  const uint32_t bits = static_cast<uint32_t>(half) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

typedef uint16_t Halves __attribute__((vector_size(2 * kLanes), aligned(2), may_alias));

template <bool kBrain>
inline float widened_one(uint16_t half) {
  return kBrain ? from_bfloat16(half) : from_float16(half);
}

template <bool kBrain>
inline Vector widened(const uint16_t* p) {
  if (kBrain) return reinterpret_cast<Vector>(__builtin_convertvector(*reinterpret_cast<const Halves*>(p), Bits) << 16);
#if VLMQ_LANES == 16
  return reinterpret_cast<Vector>(_mm512_maskz_cvtph_ps(0xffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))));
#elif VLMQ_LANES == 8
  return reinterpret_cast<Vector>(_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
#else
  Vector x = {};
  for (int i = 0; i < kLanes; ++i) x[i] = from_float16(p[i]);
  return x;
#endif
}

// kOutputs outputs of kInputs rows of x.
template <bool kBrain, int kOutputs, int kInputs>
inline void half_tile(const HalfProduct& product, int64_t output, int64_t row) {
  const int64_t depth = product.depth;
  const uint16_t* w = product.weight + output * depth;
  const float* x = product.x + row * depth;
  Vector sums[kOutputs][kInputs] = {};
  int64_t k = 0;
  for (; k + kLanes <= depth; k += kLanes) {
    Vector inputs[kInputs];
    for (int i = 0; i < kInputs; ++i) inputs[i] = load(x + i * depth + k);
    for (int o = 0; o < kOutputs; ++o) {
      const Vector weights = widened<kBrain>(w + o * depth + k);
      for (int i = 0; i < kInputs; ++i) sums[o][i] += weights * inputs[i];
    }
  }
  for (int o = 0; o < kOutputs; ++o) {
    for (int i = 0; i < kInputs; ++i) {
      float total = sum(sums[o][i]);
      for (int64_t rest = k; rest < depth; ++rest) total += widened_one<kBrain>(w[o * depth + rest]) * x[i * depth + rest];
      product.y[(row + i) * product.y_row + output + o] = total + (product.bias ? product.bias[output + o] : 0.0f);
    }
  }
}

template <bool kBrain, int kOutputs>
inline void half_outputs(const HalfProduct& product, int64_t output) {
  int64_t row = 0;
  for (; row + 4 <= product.rows; row += 4) half_tile<kBrain, kOutputs, 4>(product, output, row);
  if (product.rows - row == 3) half_tile<kBrain, kOutputs, 3>(product, output, row);
  else if (product.rows - row == 2) half_tile<kBrain, kOutputs, 2>(product, output, row);
  else if (product.rows - row == 1) half_tile<kBrain, kOutputs, 1>(product, output, row);
}

template <bool kBrain>
void half_range(const HalfProduct& product, int64_t from, int64_t to) {
  int64_t output = from;
  for (; output + 4 <= to; output += 4) half_outputs<kBrain, 4>(product, output);
  for (; output < to; ++output) half_outputs<kBrain, 1>(product, output);
}

void half_product(const HalfProduct& product, int64_t from, int64_t to) {
  if (product.brain) half_range<true>(product, from, to);
  else half_range<false>(product, from, to);
}
