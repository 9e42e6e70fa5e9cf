using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    // Where numbers may be positions or tensors, they are positions.
    public unsafe partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, i1);
        }

        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(i1, i2, i3, i4);
            set => index_put_(value, i1, i2, i3, i4);
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index(i1, i2, i3, i4, i5);
            set => index_put_(value, i1, i2, i3, i4, i5);
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index(i1, i2, i3, i4, i5, i6);
            set => index_put_(value, i1, i2, i3, i4, i5, i6);
        }

        [OverloadResolutionPriority(1)]
        public Tensor index(params TensorIndex[] indices)
        {
            var native = stackalloc NativeIndex[indices.Length];
            Fill(native, indices);
            var result = Wrap(NativeMethods.ts_index(Handle, native, indices.Length), this);
            GC.KeepAlive(indices);
            return result;
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        [OverloadResolutionPriority(1)]
        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var native = stackalloc NativeIndex[indices.Length];
            Fill(native, indices);
            NativeMethods.Checked(NativeMethods.ts_index_put_(Handle, native, indices.Length, value.Handle));
            GC.KeepAlive(indices);
            GC.KeepAlive(value);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        [OverloadResolutionPriority(2)]
        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var filled = full([], value, dtype, device);
            return index_put_(filled, indices);
        }

        [OverloadResolutionPriority(1)]
        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_select(long dim, Tensor index) => Calls.WithIntAndTensor(Operators.index_select, this, dim, index);

        public Tensor gather(long dim, Tensor index) => Wrap(NativeMethods.ts_gather(Handle, dim, index.Handle), this, index);

        public Tensor take_along_dim(Tensor indices) => Calls.Boxed(Operators.take_along_dim, [this, indices], this, indices);

        public Tensor take_along_dim(Tensor indices, long dim) =>
            Calls.Boxed(Operators.take_along_dim, [this, indices, dim], this, indices);

        public Tensor scatter(long dim, Tensor index, Tensor src) =>
            Calls.Boxed(Operators.scatter__src, [this, dim, index, src], this, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src) =>
            Calls.InPlace(Operators.scatter___src, [this, dim, index, src], this, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) =>
            Calls.Boxed(Operators.scatter_add, [this, dim, index, src], this, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) =>
            Calls.InPlace(Operators.scatter_add_, [this, dim, index, src], this, index, src);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Calls.Boxed(Operators.index_add, [this, dim, index, source, alpha], this, index, source);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Calls.InPlace(Operators.index_add_, [this, dim, index, source, alpha], this, index, source);

        public Tensor masked_select(Tensor mask) => Calls.Binary(Operators.masked_select, this, mask);

        public Tensor masked_fill(Tensor mask, Scalar value) => Calls.Scaled(Operators.masked_fill__Scalar, this, mask, value.Argument);

        public Tensor masked_fill_(Tensor mask, Scalar value) =>
            Calls.InPlace(Operators.masked_fill___Scalar, [this, mask, value], this, mask);

        public Tensor nonzero() => Calls.Unary(Operators.nonzero, this);

        /// <summary>This where the condition holds, <paramref name="y"/> elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => Calls.Ternary(Operators.where__self, condition, this, y);

        private static void Fill(NativeIndex* native, TensorIndex[] indices)
        {
            for (var i = 0; i < indices.Length; i++)
            {
                native[i] = indices[i].Native;
            }
        }
    }
}
