using TorchSharp;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Devices;

/// <summary>
/// Brings what was made ready in main memory to where a model lies. To a CUDA device it goes from page-locked memory on a stream of its
/// own, beside what the device computes meanwhile; nobody waits but what reads the copy. Without the native library's help it goes, from
/// page-locked memory too, on the stream that computes.
/// </summary>
public static class HostCopy
{
    /// <summary>The tensor on a device; the tensor itself where it lies there.</summary>
    /// <param name="source">In main memory. Disposed of when it was copied.</param>
    /// <param name="device">Where to.</param>
    public static Tensor To(Tensor source, Device device)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(device);
        if (device.type != DeviceType.CUDA || source.device_type != DeviceType.CPU)
        {
            return source.to(device, disposeAfter: true);
        }
        using (source)
        {
            return ByNativeCode(source, device) ?? FromLockedMemory(source, device);
        }
    }

    private static Tensor? ByNativeCode(Tensor source, Device device)
    {
        if (NativeKernels.Loaded is not { } native)
        {
            return null;
        }
        Tensor result = empty(0);
        if (native.Done(native.CopyToCuda(source.Handle, device.index, result.Handle)))
        {
            return result;
        }
        result.Dispose();
        return null;
    }

    private static Tensor FromLockedMemory(Tensor source, Device device)
    {
        using Tensor locked = source.pin_memory();
        return locked.to(device, non_blocking: true);
    }
}
