// Optimizer steps and gradient clipping over many tensors in one call. A contiguous float32 tensor in main memory takes one pass over its
// data; everything else takes the same formulas operator by operator.
#include "shim.h"

#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <ATen/ops/full.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/norm.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2,fma", "default")))
#else
#define FOR_EACH_CPU
#endif

using shim::Handle;

namespace {

// Below this many elements a second thread costs more than it brings.
constexpr int64_t kGrain = 1 << 16;

bool plain(const at::Tensor& t) { return t.device().is_cpu() && t.scalar_type() == at::kFloat && t.layout() == at::kStrided && t.is_contiguous(); }

// Mirrored by AdamSettings in Interop/AdamSettings.cs.
struct AdamSettings {
  double lr, beta1, beta2, eps, weight_decay;
  int32_t decoupled;  // AdamW; otherwise the decay is added to the gradient, as in Adam
  int32_t amsgrad;
  int32_t maximize;
};

struct Coefficients {
  float keep;  // 1 - lr * weight decay, or 1
  float decay;  // weight decay that joins the gradient, or 0
  float sign;
  float beta1, one_minus_beta1, beta2, one_minus_beta2, root_of_correction2, eps, step_size;
};

FOR_EACH_CPU void adam_pass(const Coefficients& c, int64_t n, float* __restrict p, const float* __restrict grad, float* __restrict m,
                            float* __restrict v) {
  for (int64_t i = 0; i < n; ++i) {
    float value = p[i] * c.keep;
    float g = c.sign * grad[i] + c.decay * value;
    float mean = m[i] * c.beta1 + c.one_minus_beta1 * g;
    float square = v[i] * c.beta2 + c.one_minus_beta2 * g * g;
    m[i] = mean;
    v[i] = square;
    p[i] = value - c.step_size * (mean / (std::sqrt(square) / c.root_of_correction2 + c.eps));
  }
}

void adam_by_operators(const AdamSettings& s, const at::Tensor& p, at::Tensor grad, at::Tensor& m, at::Tensor& v, at::Tensor* v_max,
                       double correction1, double correction2) {
  if (s.maximize) grad = grad.neg();
  if (s.decoupled) p.mul_(1 - s.lr * s.weight_decay);
  else if (s.weight_decay != 0) grad = grad.add(p, s.weight_decay);
  m.mul_(s.beta1).add_(grad, 1 - s.beta1);
  v.mul_(s.beta2).addcmul_(grad, grad, 1 - s.beta2);
  if (v_max) *v_max = at::maximum(*v_max, v);
  auto denominator = (v_max ? *v_max : v).sqrt().div_(std::sqrt(correction2)).add_(s.eps);
  p.addcdiv_(m, denominator, -s.lr / correction1);
}

// libtorch's own step for many tensors of a CUDA device at once, a few launches in place of a dozen a tensor: Adam's since 1.13, AdamW's
// since 2.0. Null where this libtorch has none.
const c10::OperatorHandle* adam_on_device(bool decoupled) {
  static const auto find = [](const char* name) -> const c10::OperatorHandle* {
    const auto found = c10::Dispatcher::singleton().findSchema({name, ""});
    return found && found->hasKernelForDispatchKey(c10::DispatchKey::CUDA) ? new c10::OperatorHandle(*found) : nullptr;
  };
  static const c10::OperatorHandle *adam = find("aten::_fused_adam_"), *adamw = find("aten::_fused_adamw_");
  return decoupled ? adamw : adam;
}

// Tensors that one such call takes together: of one device and type, and as many steps old.
struct DeviceGroup {
  std::vector<at::Tensor> parameters, gradients, means, squares, maxima;
};

using DeviceGroups = std::map<std::tuple<c10::DeviceIndex, at::ScalarType, int64_t>, DeviceGroup>;

void adam_step_on_device(const c10::OperatorHandle& step, const AdamSettings& s, int64_t steps, DeviceGroup& group) {
  const at::Tensor count = at::full({}, static_cast<double>(steps), group.parameters[0].options().dtype(at::kFloat));
  torch::jit::Stack stack;
  const std::vector<at::Tensor> counts(group.parameters.size(), count);
  torch::jit::push(stack, group.parameters, group.gradients, group.means, group.squares, group.maxima, counts, s.lr, s.beta1, s.beta2,
                   s.weight_decay, s.eps, s.amsgrad != 0, s.maximize != 0);
  for (size_t i = stack.size(); i < step.schema().arguments().size(); ++i) stack.push_back(*step.schema().arguments()[i].default_value());
  step.callBoxed(&stack);
}

// In float over short runs, as wide as the processor's registers, and in double over the runs.
FOR_EACH_CPU double sum_of_squares(const float* x, int64_t n) {
  constexpr int64_t kRun = 2048;
  double total = 0;
  for (int64_t start = 0; start < n; start += kRun) {
    const int64_t end = std::min(n, start + kRun);
    float run = 0;
#pragma omp simd reduction(+ : run)
    for (int64_t i = start; i < end; ++i) run += x[i] * x[i];
    total += run;
  }
  return total;
}

FOR_EACH_CPU void scale_pass(float* x, int64_t n, float scale) {
  for (int64_t i = 0; i < n; ++i) x[i] *= scale;
}

// A pass over raw memory is unseen by autograd, which has to know that values it may have saved have changed.
void changed(const at::Tensor& t) { t.unsafeGetTensorImpl()->bump_version(); }

// Pieces of a fixed size, added up in order: the same sum whatever the number of threads.
double sum_of_squares_in_parallel(const float* x, int64_t n) {
  std::vector<double> pieces((n + kGrain - 1) / kGrain);
  at::parallel_for(0, static_cast<int64_t>(pieces.size()), 1, [&](int64_t from, int64_t to) {
    for (int64_t i = from; i < to; ++i) pieces[i] = sum_of_squares(x + i * kGrain, std::min(kGrain, n - i * kGrain));
  });
  return std::accumulate(pieces.begin(), pieces.end(), 0.0);
}

double norm_of(const at::Tensor& grad, double p) {
  if (p == 2 && plain(grad)) {
    const float* x = grad.data_ptr<float>();
    return std::sqrt(grad.numel() <= kGrain ? sum_of_squares(x, grad.numel()) : sum_of_squares_in_parallel(x, grad.numel()));
  }
  return at::norm(grad, p).item().toDouble();
}

}  // namespace

// One Adam or AdamW step for every parameter that has a gradient (a null moment: it has none). steps[i] counts that parameter's
// steps and is advanced here.
SHIM int32_t ts_adam_step(const AdamSettings* settings, int64_t count, const Handle* parameters, const Handle* means, const Handle* squares,
                          const Handle* maxima, int64_t* steps) {
  return shim::guarded_status([&] {
    c10::AutoGradMode no_grad(false);
    const auto& s = *settings;
    DeviceGroups groups;
    for (int64_t k = 0; k < count; ++k) {
      if (!means[k]) continue;
      const at::Tensor& p = *parameters[k];
      const at::Tensor& grad = p.grad();
      if (!grad.defined()) continue;
      const double t = static_cast<double>(++steps[k]);
      const double correction1 = 1 - std::pow(s.beta1, t), correction2 = 1 - std::pow(s.beta2, t);
      at::Tensor& m = *means[k];
      at::Tensor& v = *squares[k];
      if (p.is_cuda() && grad.scalar_type() == p.scalar_type() && adam_on_device(s.decoupled != 0)) {
        DeviceGroup& group = groups[{p.device().index(), p.scalar_type(), steps[k]}];
        group.parameters.push_back(p);
        group.gradients.push_back(grad);
        group.means.push_back(m);
        group.squares.push_back(v);
        if (s.amsgrad) group.maxima.push_back(*maxima[k]);
        continue;
      }
      if (s.amsgrad || !plain(p) || !plain(grad) || !plain(m) || !plain(v)) {
        adam_by_operators(s, p, grad, m, v, s.amsgrad ? maxima[k] : nullptr, correction1, correction2);
        continue;
      }
      Coefficients c;
      c.keep = s.decoupled ? static_cast<float>(1 - s.lr * s.weight_decay) : 1.0f;
      c.decay = s.decoupled ? 0.0f : static_cast<float>(s.weight_decay);
      c.sign = s.maximize ? -1.0f : 1.0f;
      c.beta1 = static_cast<float>(s.beta1);
      c.one_minus_beta1 = static_cast<float>(1 - s.beta1);
      c.beta2 = static_cast<float>(s.beta2);
      c.one_minus_beta2 = static_cast<float>(1 - s.beta2);
      c.root_of_correction2 = static_cast<float>(std::sqrt(correction2));
      c.eps = static_cast<float>(s.eps);
      c.step_size = static_cast<float>(s.lr / correction1);
      float *pp = p.data_ptr<float>(), *pm = m.data_ptr<float>(), *pv = v.data_ptr<float>();
      const float* pg = grad.data_ptr<float>();
      at::parallel_for(0, p.numel(), kGrain, [&](int64_t from, int64_t to) { adam_pass(c, to - from, pp + from, pg + from, pm + from, pv + from); });
      changed(p);
    }
    for (auto& group : groups) adam_step_on_device(*adam_on_device(s.decoupled != 0), s, std::get<2>(group.first), group.second);
  });
}

// Stochastic gradient descent; momenta[i] is null until that parameter's first step with momentum, which makes it.
SHIM int32_t ts_sgd_step(double lr, double momentum, double dampening, double weight_decay, int32_t nesterov, int32_t maximize, int64_t count,
                         const Handle* parameters, Handle* momenta) {
  return shim::guarded_status([&] {
    c10::AutoGradMode no_grad(false);
    for (int64_t k = 0; k < count; ++k) {
      const at::Tensor& p = *parameters[k];
      at::Tensor grad = p.grad();
      if (!grad.defined()) continue;
      if (maximize) grad = grad.neg();
      if (weight_decay != 0) grad = grad.add(p, weight_decay);
      if (momentum != 0) {
        if (momenta[k]) momenta[k]->mul_(momentum).add_(grad, 1 - dampening);
        else momenta[k] = shim::wrap(grad.detach().clone());
        grad = nesterov ? grad.add(*momenta[k], momentum) : *momenta[k];
      }
      p.add_(grad, -lr);
    }
  });
}

// Writes the norm of all gradients together before clipping, then scales them in place so that it is at most max_norm.
SHIM int32_t ts_clip_grad_norm(const Handle* parameters, int64_t count, double max_norm, double p, double* norm) {
  return shim::guarded_status([&] {
    c10::AutoGradMode no_grad(false);
    double total = 0;
    for (int64_t k = 0; k < count; ++k) {
      const at::Tensor& grad = parameters[k]->grad();
      if (!grad.defined()) continue;
      const double own = norm_of(grad, p);
      if (std::isnan(own)) total = own;
      else if (std::isinf(p)) total = std::isnan(total) ? total : std::max(total, own);
      else total += std::pow(own, p);
    }
    *norm = std::isinf(p) ? total : std::pow(total, 1 / p);
    const double scale = max_norm / (*norm + 1e-6);
    if (scale >= 1) return;
    for (int64_t k = 0; k < count; ++k) {
      at::Tensor grad = parameters[k]->grad();
      if (!grad.defined()) continue;
      if (!plain(grad)) {
        grad.mul_(scale);
        continue;
      }
      float* x = grad.data_ptr<float>();
      at::parallel_for(0, grad.numel(), kGrain, [&](int64_t from, int64_t to) { scale_pass(x + from, to - from, static_cast<float>(scale)); });
      changed(grad);
    }
  });
}

SHIM int32_t ts_clip_grad_value(const Handle* parameters, int64_t count, double limit) {
  return shim::guarded_status([&] {
    c10::AutoGradMode no_grad(false);
    for (int64_t k = 0; k < count; ++k) {
      at::Tensor grad = parameters[k]->grad();
      if (grad.defined()) grad.clamp_(-limit, limit);
    }
  });
}
