using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

// Tensors over the caller's own arrays, which stay pinned until no tensor needs them; later writes show through.
public static unsafe partial class torch
{
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(
        Array rawArray,
        ScalarType? dtype,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        Tracked(
            Converted(
                Aliased(rawArray, Lengths(rawArray), 0, ElementTypes.Of(rawArray.GetType().GetElementType()!)),
                dtype,
                device ?? DefaultDevice
            ),
            requires_grad
        );

    public static Tensor frombuffer(
        Array rawArray,
        ScalarType dtype,
        long count = -1,
        long offset = 0,
        bool requires_grad = false,
        Device? device = null
    )
    {
        var size = Buffer.ByteLength(rawArray);
        var element = dtype switch
        {
            ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
            ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
            ScalarType.Int32 or ScalarType.Float32 => 4,
            _ => 8,
        };
        var elements = count < 0 ? (size / element) - offset : count;
        return offset < 0 || elements < 0 || (offset + elements) * element > size
            ? throw new ArgumentException(
                $"The buffer of {size} bytes has no {elements} elements of type {dtype} from element {offset} on.",
                nameof(count)
            )
            : Tracked(Converted(Aliased(rawArray, [elements], offset * element, dtype), null, device), requires_grad);
    }

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) =>
        (dtype is null || dtype == data.dtype) && (device is null || device.type == data.device_type)
            ? data.alias()
            : data.to(dtype ?? data.dtype, device ?? data.device);

    public static Tensor as_tensor<T>(IList<T> data, ScalarType? dtype = null, Device? device = null)
        where T : unmanaged => from_array(data as T[] ?? data.ToArray(), dtype, device);

    private static Tensor Aliased(Array array, long[] lengths, long offset, ScalarType type)
    {
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        var data = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)) + offset;
        nint handle;
        fixed (long* sizes = lengths)
        {
            handle = NativeMethods.ts_alias_data(data, sizes, lengths.Length, (int)type, &Unpin, GCHandle.ToIntPtr(pin));
        }

        if (handle == 0)
        {
            pin.Free();
        }

        return new Tensor(NativeMethods.Checked(handle));
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();
}
