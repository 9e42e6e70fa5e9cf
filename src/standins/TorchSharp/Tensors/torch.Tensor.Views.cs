namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public Tensor reshape(params long[] shape)
        {
            fixed (long* sizes = shape)
            {
                return Wrap(NativeMethods.ts_reshape(Handle, sizes, shape.Length), this);
            }
        }

        public Tensor view(params long[] shape)
        {
            fixed (long* sizes = shape)
            {
                return Wrap(NativeMethods.ts_view(Handle, sizes, shape.Length), this);
            }
        }

        public Tensor expand(params long[] sizes)
        {
            fixed (long* pointer = sizes)
            {
                return Wrap(NativeMethods.ts_expand(Handle, pointer, sizes.Length), this);
            }
        }

        public Tensor permute(params long[] permutation)
        {
            fixed (long* dims = permutation)
            {
                return Wrap(NativeMethods.ts_permute(Handle, dims, permutation.Length), this);
            }
        }

        public Tensor repeat(params long[] sizes) => WithDimensions(Operators.repeat, sizes);

        public Tensor broadcast_to(params long[] shape) => WithDimensions(Operators.broadcast_to, shape);

        public Tensor flip(params long[] dims) => WithDimensions(Operators.flip, dims);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) =>
            Calls.WithInts(Operators.flatten__using_ints, this, start_dim, end_dim);

        public Tensor squeeze(long? dim = null) =>
            dim is { } given ? Calls.WithInt(Operators.squeeze__dim, this, given) : Calls.Unary(Operators.squeeze, this);

        public Tensor unsqueeze(long dim) => Calls.WithInt(Operators.unsqueeze, this, dim);

        public Tensor transpose(long dim0, long dim1) => Calls.WithInts(Operators.transpose__int, this, dim0, dim1);

        public Tensor movedim(long source, long destination) => Calls.WithInts(Operators.movedim__int, this, source, destination);

        public Tensor t() => Calls.Unary(Operators.t, this);

        public Tensor expand_as(Tensor other) => Calls.Binary(Operators.expand_as, this, other);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Calls.Boxed(Operators.repeat_interleave__self_int, [this, repeats, dim, output_size], this);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Calls.Boxed(Operators.repeat_interleave__self_Tensor, [this, repeats, dim, output_size], this, repeats);

        public Tensor narrow(long dim, long start, long length) => Wrap(NativeMethods.ts_narrow(Handle, dim, start, length), this);

        public Tensor select(long dim, long index) => Wrap(NativeMethods.ts_select(Handle, dim, index), this);

        public Tensor slice(long dim, long start, long finish, long step) =>
            Wrap(NativeMethods.ts_slice(Handle, dim, start, finish, step), this);

        public Tensor[] unbind(long dimension = 0) => Calls.BoxedMany(Operators.unbind__int, [this, dimension], this);

        public Tensor[] split(long size, int dim = 0) => Calls.BoxedMany(Operators.split__Tensor, [this, size, dim], this);

        public Tensor[] split(long[] sizes, long dim = 0) => split(sizes.AsSpan(), dim);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0)
        {
            fixed (long* pointer = sizes)
            {
                return Calls.BoxedMany(Operators.split_with_sizes, [this, Argument.Ints(pointer, sizes.Length), dim], this);
            }
        }

        public Tensor[] chunk(long chunks, long dim = 0) => Calls.BoxedMany(Operators.chunk, [this, chunks, dim], this);

        public Tensor roll(long shifts, long? dims = null)
        {
            var dimension = dims ?? 0;
            return Calls.Boxed(Operators.roll, [this, Argument.Ints(&shifts, 1), Argument.Ints(&dimension, dims is null ? 0 : 1)], this);
        }

        public Tensor tril(long diagonal = 0) => Calls.WithInt(Operators.tril, this, diagonal);

        public Tensor triu(long diagonal = 0) => Calls.WithInt(Operators.triu, this, diagonal);

        public Tensor unflatten(long dim, params long[] sizes)
        {
            var shape = this.shape;
            var position = Position((int)dim);
            return view([.. shape[..position], .. sizes, .. shape[(position + 1)..]]);
        }

        // An operator on this tensor and a list of integers, and nothing else.
        private Tensor WithDimensions(nint op, ReadOnlySpan<long> dims)
        {
            fixed (long* pointer = dims)
            {
                return Calls.Boxed(op, [this, Argument.Ints(pointer, dims.Length)], this);
            }
        }
    }
}
