// Attention of one new column a row over a cache: what a decoder does for every token. Without gradient.
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "../shim.h"
#include "block.h"
#include "ops.h"
#include "share.h"

namespace vlmq {
namespace {

// Values that a thread reads before another one is worth waking.
constexpr int64_t kWorthwhile = int64_t{1} << 16;

bool fits(const at::Tensor& t, int64_t dimensions) { return applicable(t) && t.is_contiguous() && t.dim() == dimensions; }

}  // namespace
}  // namespace vlmq

// Rotates the queries and keys of projected [rows, 1, (heads + 2·key heads)·width] by cosines and sines [rows or 1, 1, 1, half], writes keys
// and values into column `filled` of their buffers [rows, key heads, capacity, width], and lets each query see its row's columns from
// first[row] on: out [rows, 1, heads·width]. 1: not for these tensors; nothing has been written then.
SHIM int32_t vlmq_next_attention(shim::Handle projected, shim::Handle cosines, shim::Handle sines, shim::Handle keys, shim::Handle values,
                                 const int64_t* first, int64_t filled, shim::Handle out) {
  using namespace vlmq;
  return shim::guarded<int32_t>(-1, [&] {
    const at::Tensor &p = *projected, &c = *cosines, &s = *sines, &k = *keys, &v = *values;
    if (at::GradMode::is_enabled() && p.requires_grad()) return 1;
    if (!fits(p, 3) || !fits(c, 4) || !fits(s, 4) || !fits(k, 4) || !fits(v, 4) || p.size(1) != 1) return 1;
    const int64_t rows = p.size(0), key_heads = k.size(1), capacity = k.size(2), width = k.size(3), half = c.size(3);
    const int64_t heads = p.size(2) / width - 2 * key_heads, group = heads / key_heads, angles = c.size(0) == 1 ? 0 : half;
    TORCH_CHECK(p.size(2) == (heads + 2 * key_heads) * width && heads > 0 && heads % key_heads == 0 && k.size(0) == rows && v.sizes() == k.sizes() &&
                    s.sizes() == c.sizes() && (angles == 0 || c.size(0) == rows) && 2 * half <= width && filled >= 0 && filled < capacity,
                "a column ", p.sizes(), " does not go into buffers ", k.sizes(), " at ", filled, " with angles ", c.sizes());
    for (int64_t row = 0; row < rows; ++row) TORCH_CHECK(first[row] >= 0 && first[row] <= filled, "row ", row, " sees nothing");
    at::Tensor y = floats({rows, 1, heads * width});
    const float *from = p.data_ptr<float>(), *cosine = c.data_ptr<float>(), *sine = s.data_ptr<float>();
    float *to = y.data_ptr<float>(), *all_keys = k.data_ptr<float>(), *all_values = v.data_ptr<float>();
    const int64_t least = std::max<int64_t>(1, kWorthwhile / (2 * width * (filled + 1)));
    share_out(rows * key_heads, least, [&](int64_t begin, int64_t end) {
      for (int64_t index = begin; index < end; ++index) {
        const int64_t row = index / key_heads, head = index % key_heads, buffer = index * capacity * width;
        const float* own = from + row * p.size(2);
        ops().next_attention({group, width, half, first[row], filled, 1 / std::sqrt(static_cast<float>(width)), own + head * group * width,
                              own + (heads + head) * width, own + (heads + key_heads + head) * width, cosine + row * angles, sine + row * angles,
                              all_keys + buffer, all_values + buffer, to + (row * heads + head * group) * width});
      }
    });
    *out = y;
    return 0;
  });
}
