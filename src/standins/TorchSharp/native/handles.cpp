// Tensor handles, their count, and the last error of a thread.
#include "shim.h"

#include <atomic>
#include <string>

namespace shim {

static std::atomic<int64_t> live{0};
static std::atomic<int64_t> peak{0};
static thread_local std::string last_error;

Handle wrap(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  auto* handle = new at::Tensor(std::move(tensor));
  int64_t now = live.fetch_add(1, std::memory_order_relaxed) + 1;
  int64_t seen = peak.load(std::memory_order_relaxed);
  while (now > seen && !peak.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {}
  return handle;
}

void set_error(const char* message) noexcept {
  try {
    last_error = message;
  } catch (...) {
    last_error.clear();
  }
}

}  // namespace shim

SHIM const char* ts_last_error() { return shim::last_error.c_str(); }

SHIM void ts_free(shim::Handle handle) {
  if (!handle) return;
  shim::live.fetch_sub(1, std::memory_order_relaxed);
  delete handle;
}

SHIM void ts_free_many(shim::Handle* handles, int64_t count) {
  for (int64_t i = 0; i < count; ++i) ts_free(handles[i]);
}

SHIM int64_t ts_live_count() { return shim::live.load(std::memory_order_relaxed); }
SHIM int64_t ts_peak_count() { return shim::peak.load(std::memory_order_relaxed); }
