// What every file of the shim shares: tensor handles, the error of the last call, and the guard that keeps C++
// exceptions from crossing the C boundary.
//
// A handle is an at::Tensor on the heap, made by wrap() and ended by ts_free(). Native code in this library may read a
// handle as *handle and may assign another tensor to *handle; it never frees one.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <exception>
#include <optional>
#include <vector>

#define SHIM extern "C" __attribute__((visibility("default")))

namespace shim {

using Handle = at::Tensor*;

// libtorch's own optional gave way to the standard one.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <class T>
using Optional = std::optional<T>;
#else
template <class T>
using Optional = c10::optional<T>;
#endif

// A new handle, counted as live until ts_free. An undefined tensor has no handle: null.
Handle wrap(at::Tensor tensor);

// Keeps the message that ts_last_error() reports on this thread.
void set_error(const char* message) noexcept;

inline at::Tensor or_undefined(Handle handle) { return handle ? *handle : at::Tensor(); }

inline std::vector<at::Tensor> collect(const Handle* handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int64_t i = 0; i < count; ++i) tensors.push_back(or_undefined(handles[i]));
  return tensors;
}

// Runs body; when it throws, keeps the message and returns the given result instead.
template <class Result, class Body>
Result guarded(Result on_error, Body&& body) noexcept {
  try {
    return body();
  } catch (const c10::Error& error) {
    set_error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    set_error(error.what());
  } catch (...) {
    set_error("an unknown native exception");
  }
  return on_error;
}

// The same for a body that returns a tensor; null says that it threw.
template <class Body>
Handle guarded_tensor(Body&& body) noexcept {
  return guarded<Handle>(nullptr, [&] { return wrap(body()); });
}

// The same for a body that returns nothing; 0 is success, -1 says that it threw.
template <class Body>
int32_t guarded_status(Body&& body) noexcept {
  return guarded<int32_t>(-1, [&] { body(); return 0; });
}

}  // namespace shim
