// What a tensor is (shape, dtype, memory), how it is made from memory, and the views and products that a training step
// calls most often, past the dispatcher's boxing.
#include "shim.h"

#include <ATen/TensorIndexing.h>
#include <ATen/core/Generator.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/stack.h>

#include <cstring>

using shim::Handle;

namespace {

c10::Device device(int32_t type, int32_t index) {
  return {static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index)};
}

c10::IntArrayRef ints(const int64_t* values, int64_t count) { return {values, static_cast<size_t>(count)}; }

#if TORCH_VERSION_MAJOR >= 2
using SliceInt = c10::SymInt;
#else
using SliceInt = int64_t;
#endif

// Mirrored by NativeIndex in Interop/NativeIndex.cs.
struct Index {
  int64_t kind;  // 0 none, 1 ellipsis, 2 integer, 3 boolean, 4 slice, 5 tensor
  int64_t start, stop, step;
  int64_t given;  // bits: 1 start, 2 stop, 4 step
  Handle tensor;
};

std::vector<at::indexing::TensorIndex> indices(const Index* values, int64_t count) {
  using namespace at::indexing;
  std::vector<TensorIndex> result;
  result.reserve(count);
  auto part = [](bool given, int64_t value) -> shim::Optional<SliceInt> {
    if (!given) return {};
    return SliceInt(value);
  };
  for (int64_t i = 0; i < count; ++i) {
    const auto& v = values[i];
    switch (v.kind) {
      case 0: result.emplace_back(None); break;
      case 1: result.emplace_back(Ellipsis); break;
      case 2: result.emplace_back(v.start); break;
      case 3: result.emplace_back(v.start != 0); break;
      case 4: result.emplace_back(Slice(part(v.given & 1, v.start), part(v.given & 2, v.stop), part(v.given & 4, v.step))); break;
      default: result.emplace_back(*v.tensor); break;
    }
  }
  return result;
}

}  // namespace

// ---- what it is -------------------------------------------------------------------------------------------------

SHIM int64_t ts_dim(Handle t) { return t->dim(); }
SHIM int64_t ts_numel(Handle t) { return t->numel(); }
SHIM int32_t ts_dtype(Handle t) { return static_cast<int32_t>(t->scalar_type()); }
SHIM int64_t ts_element_size(Handle t) { return static_cast<int64_t>(t->element_size()); }
SHIM int32_t ts_device_type(Handle t) { return static_cast<int32_t>(t->device().type()); }
SHIM int32_t ts_device_index(Handle t) { return t->device().index(); }
SHIM int32_t ts_is_contiguous(Handle t) { return t->is_contiguous(); }
SHIM int64_t ts_storage_offset(Handle t) { return t->storage_offset(); }
SHIM void* ts_data(Handle t) { return shim::guarded<void*>(nullptr, [&] { return t->data_ptr(); }); }

SHIM void ts_sizes(Handle t, int64_t* sizes) {
  auto values = t->sizes();
  std::copy(values.begin(), values.end(), sizes);
}

SHIM void ts_strides(Handle t, int64_t* strides) {
  auto values = t->strides();
  std::copy(values.begin(), values.end(), strides);
}

SHIM int32_t ts_is_pinned(Handle t) {
  return shim::guarded<int32_t>(-1, [&] { return static_cast<int32_t>(t->is_pinned()); });
}

// Writes the one element as a double, or as a 64-bit integer where the dtype is integral or bool.
SHIM int32_t ts_item(Handle t, double* number, int64_t* integer) {
  return shim::guarded_status([&] {
    auto value = t->item();
    if (value.isFloatingPoint()) *number = value.toDouble();
    else *integer = value.toLong();
  });
}

SHIM int32_t ts_equal(Handle a, Handle b) {
  return shim::guarded<int32_t>(-1, [&] { return static_cast<int32_t>(a->equal(*b)); });
}

SHIM int32_t ts_allclose(Handle a, Handle b, double rtol, double atol, int32_t equal_nan) {
  return shim::guarded<int32_t>(-1, [&] { return static_cast<int32_t>(a->allclose(*b, rtol, atol, equal_nan != 0)); });
}

// ---- made from memory -------------------------------------------------------------------------------------------

// A copy of the caller's memory; data may be null for memory that the caller fills afterwards.
SHIM Handle ts_from_data(const void* data, const int64_t* sizes, int64_t dims, int32_t dtype) {
  return shim::guarded_tensor([&] {
    auto tensor = at::empty(ints(sizes, dims), at::TensorOptions(static_cast<at::ScalarType>(dtype)));
    if (data && tensor.numel() > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
    return tensor;
  });
}

// The caller's memory itself; release(context) is called once, when no tensor needs it any longer, from any thread.
SHIM Handle ts_alias_data(void* data, const int64_t* sizes, int64_t dims, int32_t dtype, void (*release)(void*), void* context) {
  return shim::guarded_tensor([&] {
    return at::from_blob(data, ints(sizes, dims), [=](void*) { release(context); },
                         at::TensorOptions(static_cast<at::ScalarType>(dtype)));
  });
}

// ---- conversions ------------------------------------------------------------------------------------------------

// dtype or device_type below zero: as it is.
SHIM Handle ts_to(Handle t, int32_t dtype, int32_t device_type, int32_t device_index, int32_t non_blocking, int32_t copy) {
  return shim::guarded_tensor([&] {
    auto type = dtype < 0 ? t->scalar_type() : static_cast<at::ScalarType>(dtype);
    if (device_type < 0) return t->to(type, non_blocking != 0, copy != 0);
    return t->to(device(device_type, device_index), type, non_blocking != 0, copy != 0);
  });
}

SHIM int32_t ts_copy_(Handle t, Handle source, int32_t non_blocking) {
  return shim::guarded_status([&] { t->copy_(*source, non_blocking != 0); });
}

SHIM Handle ts_contiguous(Handle t) { return shim::guarded_tensor([&] { return t->contiguous(); }); }
// A second handle to the very same tensor, autograd identity included.
SHIM Handle ts_same(Handle t) { return shim::guarded_tensor([&] { return *t; }); }

// ---- views ------------------------------------------------------------------------------------------------------

SHIM Handle ts_reshape(Handle t, const int64_t* sizes, int64_t n) { return shim::guarded_tensor([&] { return t->reshape(ints(sizes, n)); }); }
SHIM Handle ts_view(Handle t, const int64_t* sizes, int64_t n) { return shim::guarded_tensor([&] { return t->view(ints(sizes, n)); }); }
SHIM Handle ts_expand(Handle t, const int64_t* sizes, int64_t n) { return shim::guarded_tensor([&] { return t->expand(ints(sizes, n)); }); }
SHIM Handle ts_permute(Handle t, const int64_t* dims, int64_t n) { return shim::guarded_tensor([&] { return t->permute(ints(dims, n)); }); }
SHIM Handle ts_select(Handle t, int64_t dim, int64_t index) { return shim::guarded_tensor([&] { return t->select(dim, index); }); }

SHIM Handle ts_narrow(Handle t, int64_t dim, int64_t start, int64_t length) {
  return shim::guarded_tensor([&] { return t->narrow(dim, start, length); });
}

SHIM Handle ts_slice(Handle t, int64_t dim, int64_t start, int64_t stop, int64_t step) {
  return shim::guarded_tensor([&] { return t->slice(dim, start, stop, step); });
}

SHIM Handle ts_index(Handle t, const Index* values, int64_t count) {
  return shim::guarded_tensor([&] { return t->index(indices(values, count)); });
}

SHIM int32_t ts_index_put_(Handle t, const Index* values, int64_t count, Handle value) {
  return shim::guarded_status([&] { t->index_put_(indices(values, count), *value); });
}

SHIM Handle ts_cat(const Handle* tensors, int64_t count, int64_t dim) {
  return shim::guarded_tensor([&] { return at::cat(shim::collect(tensors, count), dim); });
}

SHIM Handle ts_stack(const Handle* tensors, int64_t count, int64_t dim) {
  return shim::guarded_tensor([&] { return at::stack(shim::collect(tensors, count), dim); });
}

// ---- sums, products, layers -------------------------------------------------------------------------------------

SHIM Handle ts_sum(Handle t, const int64_t* dims, int64_t n, int32_t keepdim, int32_t dtype) {
  return shim::guarded_tensor([&] {
    shim::Optional<at::ScalarType> type;
    if (dtype >= 0) type = static_cast<at::ScalarType>(dtype);
    return t->sum(ints(dims, n), keepdim != 0, type);
  });
}

SHIM Handle ts_mean(Handle t, const int64_t* dims, int64_t n, int32_t keepdim, int32_t dtype) {
  return shim::guarded_tensor([&] {
    shim::Optional<at::ScalarType> type;
    if (dtype >= 0) type = static_cast<at::ScalarType>(dtype);
    return t->mean(ints(dims, n), keepdim != 0, type);
  });
}

SHIM Handle ts_gather(Handle t, int64_t dim, Handle index) { return shim::guarded_tensor([&] { return t->gather(dim, *index); }); }

SHIM Handle ts_linear(Handle input, Handle weight, Handle bias) {
  return shim::guarded_tensor([&] {
    shim::Optional<at::Tensor> b;
    if (bias) b = *bias;
    return at::linear(*input, *weight, b);
  });
}

SHIM Handle ts_embedding(Handle weight, Handle indices, int64_t padding_index, int32_t scale_by_frequency, int32_t sparse) {
  return shim::guarded_tensor([&] { return at::embedding(*weight, *indices, padding_index, scale_by_frequency != 0, sparse != 0); });
}

SHIM Handle ts_layer_norm(Handle input, const int64_t* shape, int64_t n, Handle weight, Handle bias, double eps) {
  return shim::guarded_tensor([&] {
    shim::Optional<at::Tensor> w, b;
    if (weight) w = *weight;
    if (bias) b = *bias;
    return at::layer_norm(*input, ints(shape, n), w, b, eps);
  });
}
