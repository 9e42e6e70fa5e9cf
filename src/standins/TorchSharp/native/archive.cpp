// Tensors in libtorch's own zip archive, as torch::save writes it.
#include "shim.h"

#include <torch/serialize.h>

SHIM int32_t ts_save(shim::Handle tensor, const char* path) {
  return shim::guarded_status([&] { torch::save(*tensor, std::string(path)); });
}

SHIM shim::Handle ts_load(const char* path) {
  return shim::guarded_tensor([&] {
    at::Tensor tensor;
    torch::load(tensor, std::string(path));
    return tensor;
  });
}
