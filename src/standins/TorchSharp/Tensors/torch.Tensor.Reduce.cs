namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Calls.WithType(Operators.sum, this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) =>
            Wrap(NativeMethods.ts_sum(Handle, &dim, 1, keepdim ? 1 : 0, Calls.Number(type)), this);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* dims = dim)
            {
                return Wrap(NativeMethods.ts_sum(Handle, dims, dim.Length, keepdim ? 1 : 0, Calls.Number(type)), this);
            }
        }

        public Tensor mean() => Calls.WithType(Operators.mean, this, null);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* dims = dimensions)
            {
                return Wrap(NativeMethods.ts_mean(Handle, dims, dimensions.Length, keepdim ? 1 : 0, Calls.Number(type)), this);
            }
        }

        public Tensor var(bool unbiased = true) => Calls.Boxed(Operators.var, [this, unbiased], this);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(Operators.var__dim, dimensions, unbiased, keepdim, type);

        public Tensor std(bool unbiased = true) => Calls.Boxed(Operators.std, [this, unbiased], this);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(Operators.std__dim, dimensions, unbiased, keepdim, type);

        public Tensor max() => Calls.Unary(Operators.max, this);

        public Tensor min() => Calls.Unary(Operators.min, this);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) =>
            Calls.BoxedPair(Operators.max__dim, [this, dim, keepdim], this);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) =>
            Calls.BoxedPair(Operators.min__dim, [this, dim, keepdim], this);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Extreme(Operators.amax, dims, keepdim, @out);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Extreme(Operators.amin, dims, keepdim, @out);

        public Tensor argmax() => Calls.Boxed(Operators.argmax, [this], this);

        public Tensor argmax(long dim, bool keepdim = false) => Calls.Boxed(Operators.argmax, [this, dim, keepdim], this);

        public Tensor argmin() => Calls.Boxed(Operators.argmin, [this], this);

        public Tensor argmin(long dim, bool keepdim = false) => Calls.Boxed(Operators.argmin, [this, dim, keepdim], this);

        public Tensor all() => Calls.Unary(Operators.all, this);

        public Tensor any() => Calls.Unary(Operators.any, this);

        public Tensor all(long dim, bool keepdim = false) => Calls.Boxed(Operators.all__dim, [this, dim, keepdim], this);

        public Tensor any(long dim, bool keepdim = false) => Calls.Boxed(Operators.any__dim, [this, dim, keepdim], this);

        public Tensor prod(ScalarType? type = null) => Calls.WithType(Operators.prod, this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Calls.Boxed(Operators.prod__dim_int, [this, dim, keepdim, type], this);

        public Tensor cumsum(long dim, ScalarType? type = null) => Calls.WithIntAndType(Operators.cumsum, this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Calls.WithIntAndType(Operators.cumprod, this, dim, type);

        public Tensor logsumexp(long dim, bool keepdim = false) =>
            Calls.Boxed(Operators.logsumexp, [this, Argument.Ints(&dim, 1), keepdim], this);

        public Tensor norm(float p = 2.0f) => Calls.WithScalar(Operators.norm__Scalar, this, (double)p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f)
        {
            var dimension = (long)dim;
            return Calls.Boxed(Operators.norm__ScalarOpt_dim, [this, (double)p, Argument.Ints(&dimension, 1), keepdim], this);
        }

        private Tensor Spread(nint op, long[] dimensions, bool unbiased, bool keepdim, ScalarType? type)
        {
            using var converted = type is { } given && given != dtype ? to(given) : null;
            var self = converted ?? this;
            fixed (long* dims = dimensions)
            {
                return Calls.Boxed(op, [self, Argument.Ints(dims, dimensions.Length), unbiased, keepdim], self);
            }
        }

        private Tensor Extreme(nint op, long[] dims, bool keepdim, Tensor? target)
        {
            fixed (long* pointer = dims)
            {
                var result = Calls.Boxed(op, [this, Argument.Ints(pointer, dims.Length), keepdim], this);
                if (target is null)
                {
                    return result;
                }

                using (result)
                {
                    return target.copy_(result);
                }
            }
        }
    }
}
