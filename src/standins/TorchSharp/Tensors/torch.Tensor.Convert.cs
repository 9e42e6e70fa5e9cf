namespace TorchSharp;

public static partial class torch
{
    // Without a copy to make, each of these gives a new wrapper over the same storage.
    public partial class Tensor
    {
        public static implicit operator Tensor(byte scalar) => tensor(scalar);

        public static implicit operator Tensor(sbyte scalar) => tensor(scalar);

        public static implicit operator Tensor(short scalar) => tensor(scalar);

        public static implicit operator Tensor(int scalar) => tensor(scalar);

        public static implicit operator Tensor(long scalar) => tensor(scalar);

        public static implicit operator Tensor(float scalar) => tensor(scalar);

        public static implicit operator Tensor(double scalar) => tensor(scalar);

        public static implicit operator Tensor(bool scalar) => tensor(scalar);

        // Makes a number that could be either prefer Scalar, which costs no tensor.
        public static implicit operator Tensor(Scalar scalar) => full([], scalar, scalar.Type);

        public static explicit operator float(Tensor value) => value.ToSingle();

        public static explicit operator double(Tensor value) => value.ToDouble();

        public static explicit operator sbyte(Tensor value) => value.ToSByte();

        public static explicit operator byte(Tensor value) => value.ToByte();

        public static explicit operator short(Tensor value) => value.ToInt16();

        public static explicit operator int(Tensor value) => value.ToInt32();

        public static explicit operator long(Tensor value) => value.ToInt64();

        public static explicit operator bool(Tensor value) => value.ToBoolean();

        public static explicit operator Half(Tensor value) => value.ToHalf();

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved((int)type, null, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved(-1, device, copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved(-1, new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(
            DeviceType deviceType,
            int deviceIndex = -1,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false
        ) => Moved(-1, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved((int)type, device, copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => Moved((int)other.dtype, other.device, false, false, non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);

        public Tensor type(ScalarType type) => to(type);

        public Tensor type_as(Tensor tensor) => to(tensor.dtype);

        public Tensor cpu() => Moved(-1, torch.CPU, false, false, false);

        /// <exception cref="InvalidOperationException">There is no CUDA device.</exception>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => Moved(-1, device ?? torch.CUDA, false, false, non_blocking);

        public Tensor @float() => to(ScalarType.Float32);

        public Tensor @double() => to(ScalarType.Float64);

        public Tensor half() => to(ScalarType.Float16);

        public Tensor bfloat16() => to(ScalarType.BFloat16);

        public Tensor @long() => to(ScalarType.Int64);

        public Tensor @int() => to(ScalarType.Int32);

        public Tensor @bool() => to(ScalarType.Bool);

        public Tensor @byte() => to(ScalarType.Byte);

        public Tensor pin_memory() => Calls.Boxed(Operators.pin_memory, [this], this);

        public Tensor clone() => Calls.Boxed(Operators.clone, [this], this);

        public Tensor contiguous() => Wrap(NativeMethods.ts_contiguous(Handle), this);

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            NativeMethods.Checked(NativeMethods.ts_copy_(Handle, source.Handle, nonBlocking ? 1 : 0));
            GC.KeepAlive(source);
            return this;
        }

        private Tensor Moved(int type, Device? device, bool copy, bool disposeAfter, bool nonBlocking)
        {
            if (device is { type: DeviceType.CUDA } && !torch.cuda.is_available())
            {
                throw new InvalidOperationException("CUDA is not available: this libtorch has no CUDA, or the machine no CUDA device.");
            }

            var moved = Wrap(
                NativeMethods.ts_to(
                    Handle,
                    type,
                    (int)(device?.type ?? (DeviceType)(-1)),
                    device?.index ?? -1,
                    nonBlocking ? 1 : 0,
                    copy ? 1 : 0
                ),
                this
            );
            if (disposeAfter)
            {
                Dispose();
            }

            return moved;
        }
    }
}
