using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public abstract partial class Module
        {
            /// <summary>
            /// Moves and converts in place. A parameter or buffer that needs a copy is replaced by a new object, here and in the field that
            /// holds it, and the old one disposed; only floating-point tensors change their element type.
            /// </summary>
            internal void Move(Device? device, ScalarType? type, bool non_blocking)
            {
                if (device is { type: DeviceType.CUDA } && !cuda.is_available())
                {
                    throw new InvalidOperationException("CUDA is not available: this libtorch has no CUDA, or the machine no CUDA device.");
                }

                using var ungraded = no_grad();
                var moved = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
                MoveTensors(device, type, non_blocking, moved);
                foreach (var old in moved.Keys)
                {
                    old.Dispose();
                }
            }

            private void MoveTensors(Device? device, ScalarType? type, bool non_blocking, Dictionary<Tensor, Tensor> moved)
            {
                foreach (var (name, parameter) in _parameters.ToArray())
                {
                    if (Replacement(parameter, device, type, non_blocking, moved) is { } changed)
                    {
                        _parameters[name] = (Parameter)changed;
                    }
                }

                foreach (var (name, buffer) in _buffers.ToArray())
                {
                    if (Replacement(buffer, device, type, non_blocking, moved) is { } changed)
                    {
                        _buffers[name] = changed;
                    }
                }

                foreach (var field in Fields().Where(field => !field.IsInitOnly || typeof(Tensor).IsAssignableFrom(field.FieldType)))
                {
                    if (field.GetValue(this) is Tensor held && moved.TryGetValue(held, out var changed))
                    {
                        field.SetValue(this, changed);
                    }
                }

                foreach (var child in _submodules.Values)
                {
                    child.MoveTensors(device, type, non_blocking, moved);
                }
            }

            // Null where the tensor can stay as it is. One that is shared by two modules is replaced by one.
            private static Tensor? Replacement(
                Tensor tensor,
                Device? device,
                ScalarType? type,
                bool non_blocking,
                Dictionary<Tensor, Tensor> moved
            )
            {
                if (tensor.IsInvalid)
                {
                    return null;
                }

                if (moved.TryGetValue(tensor, out var known))
                {
                    return known;
                }

                var newType = type is { } given && tensor.is_floating_point() ? given : tensor.dtype;
                var stays =
                    device is null || (device.type == tensor.device_type && (device.index < 0 || device.index == tensor.device_index));
                if (newType == tensor.dtype && stays)
                {
                    return null;
                }

                using var data = tensor.detach();
                var converted = data.to(newType, device ?? tensor.device, non_blocking: non_blocking);
                if (tensor is Parameter)
                {
                    using var copied = converted;
                    var grad = tensor.grad;
                    converted = new Parameter(copied, tensor.requires_grad);
                    if (grad is not null)
                    {
                        using var convertedGrad = grad.to(newType, device ?? tensor.device, disposeAfter: true);
                        converted.grad = convertedGrad;
                    }
                }

                converted.DetachFromDisposeScope();
                moved.Add(tensor, converted);
                return converted;
            }
        }
    }
}
