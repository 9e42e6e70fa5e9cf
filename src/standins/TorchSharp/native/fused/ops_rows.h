// Row-wise operations; a part of ops_body.h, inside its namespaces.

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
