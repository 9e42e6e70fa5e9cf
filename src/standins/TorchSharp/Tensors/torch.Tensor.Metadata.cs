namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>The length of each dimension.</summary>
        public long[] shape => size();

        public long ndim => dim();

        public long NumberOfElements => numel();

        /// <summary>Bytes of one element.</summary>
        public long ElementSize => NativeMethods.ts_element_size(Handle);

        public ScalarType dtype => (ScalarType)NativeMethods.ts_dtype(Handle);

        public Device device => new(device_type, device_index);

        public DeviceType device_type => (DeviceType)NativeMethods.ts_device_type(Handle);

        public int device_index => NativeMethods.ts_device_index(Handle);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public long dim() => NativeMethods.ts_dim(Handle);

        public long numel() => NativeMethods.ts_numel(Handle);

        public long[] size()
        {
            var sizes = new long[dim()];
            fixed (long* pointer = sizes)
            {
                NativeMethods.ts_sizes(Handle, pointer);
            }

            return sizes;
        }

        /// <summary>The length of one dimension; a negative one counts from the last.</summary>
        public long size(int dim)
        {
            var sizes = stackalloc long[(int)this.dim()];
            NativeMethods.ts_sizes(Handle, sizes);
            return sizes[Position(dim)];
        }

        public long[] stride()
        {
            var strides = new long[dim()];
            fixed (long* pointer = strides)
            {
                NativeMethods.ts_strides(Handle, pointer);
            }

            return strides;
        }

        public long stride(int dim)
        {
            var strides = stackalloc long[(int)this.dim()];
            NativeMethods.ts_strides(Handle, strides);
            return strides[Position(dim)];
        }

        public bool is_contiguous() => NativeMethods.ts_is_contiguous(Handle) != 0;

        public long storage_offset() => NativeMethods.ts_storage_offset(Handle);

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_pinned() => NativeMethods.Checked(NativeMethods.ts_is_pinned(Handle)) != 0;

        public bool is_floating_point() => dtype is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

        public bool is_integral() =>
            dtype is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;

        public bool is_complex() => dtype is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;

        private int Position(int dimension)
        {
            var count = (int)dim();
            var position = dimension < 0 ? dimension + count : dimension;
            return position >= 0 && position < count
                ? position
                : throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"The tensor has {count} dimensions.");
        }
    }
}
