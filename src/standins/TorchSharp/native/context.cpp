// State that belongs to a thread or to the process: gradient mode, random generators, thread counts, devices, the BLAS in use.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/Generator.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <dlfcn.h>
#include <mutex>

namespace {

c10::Device device(int32_t type, int32_t index) {
  return {static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index)};
}

template <class Function>
Function* loaded(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

// ---- gradient mode ----------------------------------------------------------------------------------------------

SHIM int32_t ts_grad_enabled() { return c10::GradMode::is_enabled(); }
SHIM void ts_set_grad_enabled(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }
SHIM void* ts_inference_mode_enter(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
SHIM void ts_inference_mode_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

// ---- random numbers ---------------------------------------------------------------------------------------------

SHIM at::Generator* ts_generator(uint64_t seed, int32_t device_type, int32_t device_index) {
  return shim::guarded<at::Generator*>(nullptr, [&]() -> at::Generator* {
    if (device_type == static_cast<int32_t>(c10::DeviceType::CPU)) return new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed));
    auto generator = at::globalContext().defaultGenerator(device(device_type, device_index)).clone();
    generator.set_current_seed(seed);
    return new at::Generator(generator);
  });
}

SHIM at::Generator* ts_default_generator() {
  return shim::guarded<at::Generator*>(nullptr, [&] { return new at::Generator(at::globalContext().defaultGenerator(c10::DeviceType::CPU)); });
}

SHIM void ts_generator_free(at::Generator* generator) { delete generator; }

SHIM int32_t ts_generator_set_seed(at::Generator* generator, uint64_t seed) {
  return shim::guarded_status([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_current_seed(seed);
  });
}

SHIM uint64_t ts_generator_initial_seed(at::Generator* generator) {
  std::lock_guard<std::mutex> lock(generator->mutex());
  return generator->current_seed();
}

SHIM uint64_t ts_generator_seed(at::Generator* generator) {
  return shim::guarded<uint64_t>(0, [&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    return generator->seed();
  });
}

SHIM shim::Handle ts_generator_get_state(at::Generator* generator) {
  return shim::guarded_tensor([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    return generator->get_state();
  });
}

SHIM int32_t ts_generator_set_state(at::Generator* generator, shim::Handle state) {
  return shim::guarded_status([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_state(*state);
  });
}

SHIM int32_t ts_manual_seed(uint64_t seed) { return shim::guarded_status([&] { at::manual_seed(seed); }); }

// ---- threads ----------------------------------------------------------------------------------------------------

// libtorch's count, and OpenBLAS's own pool where that is the BLAS: libtorch does not know it, and one thread has to mean one.
SHIM int32_t ts_set_num_threads(int32_t count) {
  return shim::guarded_status([&] {
    at::set_num_threads(count);
    if (auto* set = loaded<void(int)>("openblas_set_num_threads")) set(count);
  });
}

SHIM int32_t ts_get_num_threads() { return at::get_num_threads(); }
SHIM int32_t ts_set_num_interop_threads(int32_t count) { return shim::guarded_status([&] { at::set_num_interop_threads(count); }); }
SHIM int32_t ts_get_num_interop_threads() { return static_cast<int32_t>(at::get_num_interop_threads()); }

// "openblas", "mkl", "accelerate", or "reference" (which is some thirty times slower than the others).
SHIM const char* ts_blas() {
  if (at::hasMKL() || loaded<void()>("mkl_get_version_string") || loaded<void()>("MKL_Get_Version_String")) return "mkl";
  if (loaded<void()>("openblas_get_config")) return "openblas";
#ifdef __APPLE__
  return "accelerate";
#else
  return loaded<void()>("bli_info_get_version_str") ? "blis" : "reference";
#endif
}

// ---- defaults and devices ---------------------------------------------------------------------------------------

SHIM int32_t ts_get_default_dtype() { return static_cast<int32_t>(c10::get_default_dtype_as_scalartype()); }

SHIM int32_t ts_set_default_dtype(int32_t dtype) {
  return shim::guarded_status([&] { c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(dtype))); });
}

SHIM int32_t ts_cuda_device_count() {
  return shim::guarded<int32_t>(0, [&] {
    constexpr auto kind = c10::DeviceType::CUDA;
    return c10::impl::hasDeviceGuardImpl(kind) ? static_cast<int32_t>(c10::impl::getDeviceGuardImpl(kind)->deviceCount()) : 0;
  });
}

SHIM int32_t ts_cudnn_is_available() {
  return shim::guarded<int32_t>(0, [&] { return static_cast<int32_t>(at::hasCUDA() && at::detail::getCUDAHooks().hasCuDNN()); });
}

SHIM int32_t ts_cuda_synchronize(int32_t index) {
  return shim::guarded_status([&] { at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(index)); });
}

SHIM int32_t ts_cuda_allow_tf32() { return at::globalContext().allowTF32CuBLAS(); }
SHIM void ts_cuda_set_allow_tf32(int32_t allow) { at::globalContext().setAllowTF32CuBLAS(allow != 0); }

SHIM const char* ts_version() { return TORCH_VERSION; }
