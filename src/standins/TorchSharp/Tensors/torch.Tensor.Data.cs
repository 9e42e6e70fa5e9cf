using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>The memory itself: writing to it writes the tensor.</summary>
        /// <exception cref="InvalidOperationException">Not contiguous, not in main memory, or larger than 2 GiB.</exception>
        public Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                {
                    throw new InvalidOperationException("The tensor is not contiguous: it has no single span of bytes.");
                }

                if (device_type != DeviceType.CPU)
                {
                    throw new InvalidOperationException("The tensor is not in main memory: move it there with cpu().");
                }

                var length = numel() * ElementSize;
                return length <= int.MaxValue
                    ? new Span<byte>((void*)NativeMethods.ts_data(Handle), (int)length)
                    : throw new InvalidOperationException($"A span holds at most 2 GiB; the tensor has {length} bytes.");
            }
            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                {
                    throw new ArgumentException($"The tensor has {target.Length} bytes, not {value.Length}.", nameof(value));
                }

                value.CopyTo(target);
            }
        }

        /// <summary>The elements in logical order, whatever the strides; of a tensor elsewhere, a copy in main memory.</summary>
        /// <exception cref="ArgumentException">The element type is not exactly <typeparamref name="T"/>.</exception>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            ElementTypes.Demand<T>(dtype);
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        /// <summary>The one element.</summary>
        /// <exception cref="ArgumentException">Not one element, or not exactly a <typeparamref name="T"/>.</exception>
        public T item<T>()
            where T : unmanaged
        {
            if (numel() != 1)
            {
                throw new ArgumentException($"item needs a tensor of one element; this one has {numel()}.");
            }

            ElementTypes.Demand<T>(dtype);
            if (device_type == DeviceType.CPU)
            {
                var value = *(T*)NativeMethods.ts_data(Handle);
                GC.KeepAlive(this);
                return value;
            }

            using var here = cpu();
            return here.item<T>();
        }

        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            for (var rest = bytes; !rest.IsEmpty; rest = rest[Math.Min(bufferSize, rest.Length)..])
            {
                stream.Write(rest[..Math.Min(bufferSize, rest.Length)]);
            }
        }

        /// <exception cref="EndOfStreamException">The stream ended before the tensor was full.</exception>
        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            for (var rest = bytes; !rest.IsEmpty; rest = rest[Math.Min(bufferSize, rest.Length)..])
            {
                stream.ReadExactly(rest[..Math.Min(bufferSize, rest.Length)]);
            }
        }

        /// <summary>Whether shape, element type and every element are the same.</summary>
        public bool Equals(Tensor other)
        {
            var equal = NativeMethods.Checked(NativeMethods.ts_equal(Handle, other.Handle)) != 0;
            GC.KeepAlive(this);
            GC.KeepAlive(other);
            return equal;
        }

        public override bool Equals(object? obj) =>
            obj is Tensor other && (ReferenceEquals(this, other) || (dtype == other.dtype && Equals(other)));

        /// <summary>Of the object, not of its elements.</summary>
        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

        public bool allclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            var close = NativeMethods.Checked(NativeMethods.ts_allclose(Handle, other.Handle, rtol, atol, equal_nan ? 1 : 0)) != 0;
            GC.KeepAlive(this);
            GC.KeepAlive(other);
            return close;
        }

        /// <summary>The one element as a scalar of the tensor's type.</summary>
        public Scalar item()
        {
            double number = 0;
            long integer = 0;
            NativeMethods.Checked(NativeMethods.ts_item(Handle, &number, &integer));
            GC.KeepAlive(this);
            return is_floating_point() ? number
                : dtype == ScalarType.Bool ? integer != 0
                : integer;
        }

        public void save(string location)
        {
            NativeMethods.Checked(NativeMethods.ts_save(Handle, location));
            GC.KeepAlive(this);
        }

        public static Tensor load(string location) => new(NativeMethods.Checked(NativeMethods.ts_load(location)));

        /// <summary>
        /// What the tensor is; in any style but <see cref="TensorStringStyle.Metadata"/>, its elements follow in brackets.
        /// </summary>
        public string ToString(TensorStringStyle style) =>
            style == TensorStringStyle.Metadata ? ToString() : $"{ToString()}, value = {this.str()}";

        public override string ToString() =>
            IsInvalid
                ? "[disposed]"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"[{(dim() == 0 ? string.Empty : string.Join('x', shape))}], type = {dtype}, device = {device.ToString().Split(':')[0]}"
                );
    }
}
