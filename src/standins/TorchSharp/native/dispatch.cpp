// Calls to operators of libtorch by schema: one entry point a C++ signature for the ops that training is made of, and one
// boxed entry point for all others, which takes what its caller leaves out from the schema's own defaults. Operator
// schemas are what libtorch keeps compatible from version to version; C++ overloads are not.
#include "shim.h"

#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>
#include <atomic>
#include <string>

using shim::Handle;

namespace {

enum class Kind : int32_t {
  None = 0, Tensor = 1, Int = 2, Double = 3, Bool = 4, Ints = 5, Tensors = 6, OptionalTensors = 7, String = 8, Device = 9,
  Generator = 10, Doubles = 11, Default = 12
};

// Mirrored by Argument in Interop/Argument.cs.
struct Argument {
  Kind kind;
  int32_t length;
  union {
    int64_t integer;
    double number;
    void* pointer;
  };
};

struct Operator {
  explicit Operator(c10::OperatorHandle found) : handle(found) {}
  c10::OperatorHandle handle;
  std::atomic<bool> boxed_only{false};
};

c10::IValue unpack(const Argument& a) {
  switch (a.kind) {
    case Kind::Tensor: return *static_cast<Handle>(a.pointer);
    case Kind::Int: return a.integer;
    case Kind::Double: return a.number;
    case Kind::Bool: return a.integer != 0;
    case Kind::Ints: {
      auto* p = static_cast<int64_t*>(a.pointer);
      return std::vector<int64_t>(p, p + a.length);
    }
    case Kind::Doubles: {
      auto* p = static_cast<double*>(a.pointer);
      return std::vector<double>(p, p + a.length);
    }
    case Kind::Tensors: return shim::collect(static_cast<Handle*>(a.pointer), a.length);
    case Kind::OptionalTensors: {
      c10::List<shim::Optional<at::Tensor>> list;
      for (auto& tensor : shim::collect(static_cast<Handle*>(a.pointer), a.length)) {
        list.push_back(tensor.defined() ? shim::Optional<at::Tensor>(tensor) : shim::Optional<at::Tensor>());
      }
      return list;
    }
    case Kind::String: return std::string(static_cast<const char*>(a.pointer), a.length);
    case Kind::Device: return c10::Device(static_cast<c10::DeviceType>(a.length), static_cast<c10::DeviceIndex>(a.integer));
    case Kind::Generator: return *static_cast<at::Generator*>(a.pointer);
    default: return {};
  }
}

c10::Scalar scalar(const Argument& a) {
  switch (a.kind) {
    case Kind::Int: return a.integer;
    case Kind::Bool: return a.integer != 0;
    default: return a.number;
  }
}

// Left over by a call that returned more tensors than its caller had room for.
thread_local std::vector<Handle> overflow;

void push_defaults(const c10::FunctionSchema& schema, size_t given, torch::jit::Stack& stack) {
  for (size_t i = given; i < schema.arguments().size(); ++i) {
    const auto& missing = schema.arguments()[i].default_value();
    TORCH_CHECK(missing, schema.name(), " needs a value for '", schema.arguments()[i].name(), "'");
    stack.push_back(*missing);
  }
}

// Without boxing where this libtorch's operator has just that signature. Versions differ in which integers became symbolic and which
// arguments were added; where one does, the same call goes through a boxed one.
template <class... Arguments>
at::Tensor invoke(Operator* op, Arguments... arguments) {
  TORCH_CHECK(op, "this libtorch does not have the operator");
  if (!op->boxed_only.load(std::memory_order_relaxed)) {
    shim::Optional<c10::TypedOperatorHandle<at::Tensor(Arguments...)>> typed;
    try {
      typed = op->handle.typed<at::Tensor(Arguments...)>();
    } catch (const c10::Error&) {
      op->boxed_only = true;
    }
    if (typed) return typed->call(arguments...);
  }
  torch::jit::Stack stack;
  torch::jit::push(stack, arguments...);
  push_defaults(op->handle.schema(), sizeof...(arguments), stack);
  op->handle.callBoxed(&stack);
  return stack.at(0).toTensor();
}

shim::Optional<at::ScalarType> dtype_or_none(int32_t dtype) {
  if (dtype < 0) return {};
  return static_cast<at::ScalarType>(dtype);
}

}  // namespace

// Null when this libtorch has no such operator. Never freed: operators live as long as the process.
SHIM Operator* ts_operator(const char* name, const char* overload) {
  return shim::guarded<Operator*>(nullptr, [&]() -> Operator* {
    auto found = c10::Dispatcher::singleton().findSchema({std::string("aten::") + name, overload});
    return found ? new Operator(*found) : nullptr;
  });
}

// Returns how many tensors came back (those beyond capacity wait in ts_overflow), or -1.
SHIM int32_t ts_call(Operator* op, const Argument* arguments, int32_t count, Handle* results, int32_t capacity) {
  return shim::guarded<int32_t>(-1, [&]() -> int32_t {
    TORCH_CHECK(op, "this libtorch does not have the operator");
    const auto& schema = op->handle.schema();
    torch::jit::Stack stack;
    stack.reserve(schema.arguments().size());
    for (int32_t i = 0; i < count; ++i) {
      if (arguments[i].kind == Kind::Default) {
        stack.push_back(*schema.arguments()[i].default_value());
      } else {
        stack.push_back(unpack(arguments[i]));
      }
    }
    push_defaults(schema, count, stack);
    op->handle.callBoxed(&stack);
    if (!results) return 0;
    int32_t produced = 0;
    auto give = [&](const at::Tensor& tensor) {
      if (produced < capacity) results[produced] = shim::wrap(tensor);
      else overflow.push_back(shim::wrap(tensor));
      ++produced;
    };
    for (const auto& value : stack) {
      if (value.isTensor()) give(value.toTensor());
      else if (value.isTensorList()) for (const at::Tensor& tensor : value.toTensorVector()) give(tensor);
    }
    return produced;
  });
}

SHIM void ts_overflow(Handle* results) {
  std::copy(overflow.begin(), overflow.end(), results);
  overflow.clear();
}

using T = const at::Tensor&;
using S = const c10::Scalar&;

SHIM Handle ts_t(Operator* op, Handle a) { return shim::guarded_tensor([&] { return invoke<T>(op, *a); }); }
SHIM Handle ts_tt(Operator* op, Handle a, Handle b) { return shim::guarded_tensor([&] { return invoke<T, T>(op, *a, *b); }); }

SHIM Handle ts_ttt(Operator* op, Handle a, Handle b, Handle c) {
  return shim::guarded_tensor([&] { return invoke<T, T, T>(op, *a, *b, *c); });
}

SHIM Handle ts_tts(Operator* op, Handle a, Handle b, const Argument* s) {
  return shim::guarded_tensor([&] { return invoke<T, T, S>(op, *a, *b, scalar(*s)); });
}

SHIM Handle ts_ts(Operator* op, Handle a, const Argument* s) { return shim::guarded_tensor([&] { return invoke<T, S>(op, *a, scalar(*s)); }); }

SHIM Handle ts_tss(Operator* op, Handle a, const Argument* s, const Argument* t) {
  return shim::guarded_tensor([&] { return invoke<T, S, S>(op, *a, scalar(*s), scalar(*t)); });
}

SHIM Handle ts_ti(Operator* op, Handle a, int64_t i) { return shim::guarded_tensor([&] { return invoke<T, int64_t>(op, *a, i); }); }

SHIM Handle ts_tii(Operator* op, Handle a, int64_t i, int64_t j) {
  return shim::guarded_tensor([&] { return invoke<T, int64_t, int64_t>(op, *a, i, j); });
}

SHIM Handle ts_tit(Operator* op, Handle a, int64_t i, Handle b) {
  return shim::guarded_tensor([&] { return invoke<T, int64_t, T>(op, *a, i, *b); });
}

SHIM Handle ts_tid(Operator* op, Handle a, int64_t i, int32_t dtype) {
  return shim::guarded_tensor([&] { return invoke<T, int64_t, shim::Optional<at::ScalarType>>(op, *a, i, dtype_or_none(dtype)); });
}

SHIM Handle ts_td(Operator* op, Handle a, int32_t dtype) {
  return shim::guarded_tensor([&] { return invoke<T, shim::Optional<at::ScalarType>>(op, *a, dtype_or_none(dtype)); });
}
