// Elements of 16 bits, read as float32; a part of ops_body.h, inside its namespaces.

struct Brain {  // bfloat16
  uint16_t bits;
};

struct Half {  // IEEE half precision
  uint16_t bits;
};

typedef uint16_t Halves __attribute__((vector_size(2 * kLanes), aligned(2), may_alias));

inline float value(float x) { return x; }

inline float value(Brain x) {
  const uint32_t bits = static_cast<uint32_t>(x.bits) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

inline float value(Half x) {
  const uint32_t sign = static_cast<uint32_t>(x.bits & 0x8000u) << 16, exponent = (x.bits >> 10) & 31u, fraction = x.bits & 0x3ffu;
  if (exponent == 0) {
    const float tiny = static_cast<float>(fraction) * 5.9604644775390625e-8f;  // 2⁻²⁴
    return sign ? -tiny : tiny;
  }
  const uint32_t bits = sign | (exponent == 31 ? 0x7f800000u : (exponent + 112) << 23) | (fraction << 13);
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

inline Vector load(const Brain* p) {
  return reinterpret_cast<Vector>(__builtin_convertvector(*reinterpret_cast<const Halves*>(p), Bits) << 16);
}

inline Vector load(const Half* p) {
#if VLMQ_LANES == 16
  return reinterpret_cast<Vector>(_mm512_maskz_cvtph_ps(0xffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))));
#elif VLMQ_LANES == 8
  return reinterpret_cast<Vector>(_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
#else
  Vector x = {};
  for (int i = 0; i < kLanes; ++i) x[i] = value(p[i]);
  return x;
#endif
}

// Calls body with the elements of a matrix in 16 bits as what they are.
template <class Body>
inline void as_halves(const uint16_t* p, bool brain, const Body& body) {
  if (brain) body(reinterpret_cast<const Brain*>(p));
  else body(reinterpret_cast<const Half*>(p));
}
