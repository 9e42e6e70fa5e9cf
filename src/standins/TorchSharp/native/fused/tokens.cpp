// The losses' statistics over the vocabulary, and the moving average of target critics.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "../shim.h"
#include "block.h"
#include "ops.h"

namespace vlmq {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kTokensATask = 64;

// The order of the results that the caller receives.
enum Result { kLogProbability, kActionValues, kEntropy, kStateValue, kTargetActionValue, kMeanActionValue, kMeanStateValue, kResults };

const float* values(const Tensor& t) { return t.defined() ? t.data_ptr<float>() : nullptr; }
float* shifted(Tensor& t, int64_t i) { return t.defined() ? t.data_ptr<float>() + i : nullptr; }

// Fills those of `results` that are defined; log_normalizer [N] always. Without actions, only the state value may be asked for.
void statistics(const Tensor& logits, const Tensor& actions, const Tensor& online, const Tensor& target, float minimum, Tensor& log_normalizer,
                std::vector<Tensor>& results) {
  const int64_t count = logits.size(0), vocabulary = logits.size(1), stride = count * vocabulary;
  const int64_t critics = online.defined() ? online.size(0) : 0;
  at::parallel_for(0, count, kTokensATask, [&](int64_t from, int64_t to) {
    for (int64_t i = from; i < to; ++i) {
      const int64_t action = actions.defined() ? actions.data_ptr<int64_t>()[i] : 0;
      const float* own = online.defined() ? values(online) + i * vocabulary : nullptr;
      ops().token_position({vocabulary, values(logits) + i * vocabulary, action, critics, target.size(0), own, values(target) + i * vocabulary,
                            stride, stride, minimum, shifted(log_normalizer, i), shifted(results[kLogProbability], i),
                            shifted(results[kEntropy], i), shifted(results[kStateValue], i), shifted(results[kTargetActionValue], i),
                            shifted(results[kMeanActionValue], i), shifted(results[kMeanStateValue], i)});
      if (!results[kActionValues].defined()) continue;
      for (int64_t k = 0; k < critics; ++k) results[kActionValues].data_ptr<float>()[k * count + i] = own[k * stride + action];
    }
  });
}

struct TokenFunction : torch::autograd::Function<TokenFunction> {
  static variable_list forward(AutogradContext* context, const Tensor& logits, const Tensor& online, const Tensor& actions, const Tensor& target,
                               double minimum) {
    const int64_t count = logits.size(0);
    std::vector<Tensor> results(kResults);
    for (Tensor& result : results) result = floats({count});
    results[kActionValues] = floats({online.size(0), count});
    Tensor log_normalizer = floats({count});
    statistics(logits, actions, online, target, static_cast<float>(minimum), log_normalizer, results);
    context->save_for_backward({logits, actions, log_normalizer});
    context->saved_data["critics"] = online.size(0);
    context->mark_non_differentiable(
        {results[kEntropy], results[kStateValue], results[kTargetActionValue], results[kMeanActionValue], results[kMeanStateValue]});
    return results;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    at::AutoGradMode no_grad(false);
    const variable_list saved = context->get_saved_variables();
    const Tensor &logits = saved[0], &actions = saved[1], &log_normalizer = saved[2];
    const int64_t count = logits.size(0), vocabulary = logits.size(1), critics = context->saved_data["critics"].toInt();
    const Tensor d_log = gradients[kLogProbability].contiguous(), d_values = gradients[kActionValues].contiguous();
    const int64_t* action = actions.data_ptr<int64_t>();
    variable_list result(5);
    if (context->needs_input_grad(0)) {
      result[0] = floats(logits.sizes());
      at::parallel_for(0, count, kTokensATask, [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; ++i) {
          ops().log_probability_gradient(vocabulary, values(logits) + i * vocabulary, values(log_normalizer)[i], action[i], values(d_log)[i],
                                         result[0].data_ptr<float>() + i * vocabulary);
        }
      });
    }
    if (context->needs_input_grad(1)) {
      result[1] = at::zeros({critics, count, vocabulary}, logits.options());
      float* to = result[1].data_ptr<float>();
      for (int64_t i = 0; i < critics * count; ++i) to[i * vocabulary + action[i % count]] = values(d_values)[i];
    }
    return result;
  }
};

void check(const Tensor& logits, const Tensor* actions, const Tensor* online, const Tensor& target) {
  TORCH_CHECK(logits.dim() == 2, "logits must be [N, vocabulary], not ", logits.sizes());
  for (const Tensor* t : {online, &target}) {
    TORCH_CHECK(!t || (t->dim() == 3 && t->sizes().slice(1) == logits.sizes()), "critic values of ", t->sizes(), " do not fit logits of ",
                logits.sizes());
  }
  if (!actions) return;
  TORCH_CHECK(actions->sizes() == logits.sizes().slice(0, 1), "actions of ", actions->sizes(), " do not fit logits of ", logits.sizes());
  const int64_t* action = actions->data_ptr<int64_t>();
  for (int64_t i = 0; i < actions->numel(); ++i) {
    TORCH_CHECK(action[i] >= 0 && action[i] < logits.size(1), "action ", action[i], " is outside a vocabulary of ", logits.size(1));
  }
}

}  // namespace
}  // namespace vlmq

// out: `kResults` handles in the order of Result. 1: not for these tensors; take the plain operations.
SHIM int32_t vlmq_token_statistics(shim::Handle logits, shim::Handle actions, shim::Handle online, shim::Handle target, double minimum,
                                   const shim::Handle* out) {
  return shim::guarded<int32_t>(-1, [&] {
    using namespace vlmq;
    if (!applicable(*logits) || !applicable(*online) || !applicable(*target) || !actions->device().is_cpu() || actions->scalar_type() != at::kLong) {
      return 1;
    }
    const at::Tensor taken = actions->contiguous();
    check(*logits, &taken, online, *target);
    const variable_list results =
        TokenFunction::apply(logits->contiguous(), online->contiguous(), taken, target->detach().contiguous(), minimum);
    for (int i = 0; i < kResults; ++i) *out[i] = results[i];
    return 0;
  });
}

SHIM int32_t vlmq_state_value(shim::Handle logits, shim::Handle target, double minimum, shim::Handle out) {
  return shim::guarded<int32_t>(-1, [&] {
    using namespace vlmq;
    if (!applicable(*logits) || !applicable(*target)) return 1;
    check(*logits, nullptr, nullptr, *target);
    at::AutoGradMode no_grad(false);
    std::vector<at::Tensor> results(kResults);
    results[kStateValue] = floats({logits->size(0)});
    at::Tensor log_normalizer = floats({logits->size(0)});
    statistics(logits->contiguous(), at::Tensor(), at::Tensor(), target->contiguous(), static_cast<float>(minimum), log_normalizer, results);
    *out = results[kStateValue];
    return 0;
  });
}

// target ← (1 − rate)·target + rate·source for `count` pairs.
SHIM int32_t vlmq_move_average(const shim::Handle* targets, const shim::Handle* sources, int64_t count, double rate) {
  return shim::guarded<int32_t>(-1, [&] {
    at::AutoGradMode no_grad(false);
    for (int64_t i = 0; i < count; ++i) {
      if (!vlmq::applicable(*targets[i]) || !vlmq::applicable(*sources[i]) || !targets[i]->is_contiguous() || !sources[i]->is_contiguous()) return 1;
      TORCH_CHECK(targets[i]->sizes() == sources[i]->sizes(), "a target of ", targets[i]->sizes(), " cannot follow ", sources[i]->sizes());
    }
    for (int64_t i = 0; i < count; ++i) {
      vlmq::ops().move_average(targets[i]->numel(), targets[i]->data_ptr<float>(), sources[i]->data_ptr<float>(), static_cast<float>(rate));
    }
    return 0;
  });
}
