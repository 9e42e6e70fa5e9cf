// Copies from main memory to a device beside what the device computes: from page-locked memory, on a stream of their own. Nothing here
// calls into a CUDA library: streams, events and allocators are libtorch's, found through what a CUDA build registers for its devices.
#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <map>
#include <mutex>

#include "../shim.h"

namespace vlmq {
namespace {

// One stream a device for the life of the process: copies queue behind each other, not behind computation.
c10::Stream copy_stream(const c10::impl::DeviceGuardImplInterface& devices, c10::Device device) {
  static std::mutex lock;
  static std::map<c10::DeviceIndex, c10::Stream> streams;
  std::lock_guard<std::mutex> held(lock);
  const auto found = streams.find(device.index());
  return found != streams.end() ? found->second : streams.emplace(device.index(), devices.getStreamFromGlobalPool(device)).first->second;
}

at::Tensor copied(const at::Tensor& from, c10::Device device, const c10::impl::DeviceGuardImplInterface& devices) {
  const c10::Stream computing = devices.getStream(device), copying = copy_stream(devices, device);
  // libtorch keeps page-locked blocks for use again, and frees one only after the copies that read it.
  const at::Tensor locked = from.is_pinned() ? from : from.contiguous().pin_memory();
  at::Tensor to;
  {
    c10::StreamGuard guard(copying);
    to = locked.to(locked.options().device(device), /*non_blocking=*/true, /*copy=*/true);
  }
  c10::Event done(device.type());
  done.record(copying);
  // What is computed from now on waits for the copy; the host waits for neither.
  done.block(computing);
  // The memory came from the copying stream: it must not be given out again while the computing one reads it.
  to.record_stream(computing);
  return to;
}

}  // namespace
}  // namespace vlmq

// *out is a copy on the CUDA device of that index (−1: the current one) of a tensor in main memory. 1: this libtorch has no CUDA.
SHIM int32_t vlmq_copy_to_cuda(shim::Handle from, int64_t index, shim::Handle out) {
  return shim::guarded<int32_t>(-1, [&] {
    constexpr auto kind = c10::DeviceType::CUDA;
    if (!c10::impl::hasDeviceGuardImpl(kind)) return 1;
    const auto& devices = *c10::impl::getDeviceGuardImpl(kind);
    if (devices.deviceCount() == 0) return 1;
    const c10::Device device = index < 0 ? devices.getDevice() : c10::Device(kind, static_cast<c10::DeviceIndex>(index));
    *out = vlmq::copied(*from, device, devices);
    return 0;
  });
}
