// Reverse-mode differentiation: libtorch's own engine.
#include "shim.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

using shim::Handle;

SHIM int32_t ts_requires_grad(Handle t) { return t->requires_grad(); }
SHIM int32_t ts_is_leaf(Handle t) { return t->is_leaf(); }
SHIM int32_t ts_has_grad(Handle t) { return t->grad().defined(); }

SHIM int32_t ts_set_requires_grad(Handle t, int32_t value) {
  return shim::guarded_status([&] { t->set_requires_grad(value != 0); });
}

// Null without an error: no gradient.
SHIM Handle ts_grad(Handle t) { return shim::guarded_tensor([&] { return t->grad(); }); }

SHIM int32_t ts_set_grad(Handle t, Handle grad) {
  return shim::guarded_status([&] { t->mutable_grad() = shim::or_undefined(grad); });
}

// Per tensor: sets its gradient to null, or fills it with zeros in place.
SHIM int32_t ts_zero_grads(const Handle* tensors, int64_t count, int32_t set_to_none) {
  return shim::guarded_status([&] {
    for (int64_t i = 0; i < count; ++i) {
      auto& grad = tensors[i]->mutable_grad();
      if (!grad.defined()) continue;
      if (set_to_none) {
        grad.reset();
        continue;
      }
      if (grad.grad_fn()) grad.detach_();
      else grad.set_requires_grad(false);
      grad.zero_();
    }
  });
}

SHIM Handle ts_detach(Handle t) { return shim::guarded_tensor([&] { return t->detach(); }); }
SHIM int32_t ts_detach_(Handle t) { return shim::guarded_status([&] { t->detach_(); }); }
SHIM int32_t ts_retain_grad(Handle t) { return shim::guarded_status([&] { t->retain_grad(); }); }

SHIM int32_t ts_backward(const Handle* tensors, int64_t tensor_count, const Handle* grads, int64_t grad_count, int32_t retain_graph,
                         int32_t create_graph, const Handle* inputs, int64_t input_count) {
  return shim::guarded_status([&] {
    torch::autograd::backward(shim::collect(tensors, tensor_count), shim::collect(grads, grad_count), retain_graph != 0, create_graph != 0,
                              shim::collect(inputs, input_count));
  });
}

// Writes one handle per input; null where an unused input has no gradient.
SHIM int32_t ts_gradients(const Handle* outputs, int64_t output_count, const Handle* inputs, int64_t input_count, const Handle* grads,
                          int64_t grad_count, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, Handle* results) {
  return shim::guarded_status([&] {
    auto gradients = torch::autograd::grad(shim::collect(outputs, output_count), shim::collect(inputs, input_count),
                                           shim::collect(grads, grad_count), retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < gradients.size(); ++i) results[i] = shim::wrap(gradients[i]);
  });
}
