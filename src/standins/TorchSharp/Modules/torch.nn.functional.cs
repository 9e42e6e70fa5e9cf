using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers and losses as functions.</summary>
        public static unsafe partial class functional
        {
            /// <summary>input · weightsᵀ + bias.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Tensor.Wrap(NativeMethods.ts_linear(input.Handle, weights.Handle, bias?.Handle ?? 0), input, weights, bias);

            public static Tensor layer_norm(
                Tensor input,
                long[] normalized_shape,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1e-5
            )
            {
                fixed (long* shape = normalized_shape)
                {
                    return Tensor.Wrap(
                        NativeMethods.ts_layer_norm(
                            input.Handle,
                            shape,
                            normalized_shape.Length,
                            weight?.Handle ?? 0,
                            bias?.Handle ?? 0,
                            eps
                        ),
                        input,
                        weight,
                        bias
                    );
                }
            }

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                Calls.Boxed(Operators.group_norm, [input, num_groups, weight, bias, eps], input, weight, bias);

            /// <summary>Divides by the p-norm along the dimension, or by eps where that is larger.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using var norm = Calls.Boxed(Operators.norm__ScalarOpt_dim, [input, p, Argument.Ints(&dim, 1), true], input);
                using var floored = norm.clamp_min(eps);
                return input.div(floored);
            }

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor gelu(Tensor x, bool inplace) => gelu(x, Modules.GELU.Approximate.none, inplace);

            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false)
            {
                if (!inplace)
                {
                    return x.gelu(approximate);
                }

                fixed (byte* name = approximate == Modules.GELU.Approximate.tanh ? "tanh"u8 : "none"u8)
                {
                    return Calls.InPlace(Operators.gelu_, [x, Argument.Text(name, 4)], x);
                }
            }

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace
                    ? Calls.InPlace(Operators.dropout_, [input, p, training], input)
                    : Calls.Boxed(Operators.dropout, [input, p, training], input);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Calls.WithInt(Operators.one_hot, x, num_classes);

            public static Tensor conv2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1
            )
            {
                strides ??= [1, 1];
                padding ??= [0, 0];
                dilation ??= [1, 1];
                fixed (
                    long* stridePointer = strides,
                        paddingPointer = padding,
                        dilationPointer = dilation
                )
                {
                    return Calls.Boxed(
                        Operators.conv2d,
                        [
                            input,
                            weight,
                            bias,
                            Argument.Ints(stridePointer, strides.Length),
                            Argument.Ints(paddingPointer, padding.Length),
                            Argument.Ints(dilationPointer, dilation.Length),
                            groups,
                        ],
                        input,
                        weight,
                        bias
                    );
                }
            }

            /// <summary>
            /// softmax(query · keyᵀ / √d + mask) · value, on the last two dimensions [tokens, d]. <paramref name="is_casual"/> hides later
            /// keys from a query (top-left aligned) and excludes a mask; a Bool mask is true where a query may look. Dropout applies
            /// whenever <paramref name="p"/> is positive.
            /// </summary>
            public static Tensor scaled_dot_product_attention(
                Tensor query,
                Tensor key,
                Tensor value,
                Tensor? attn_mask = null,
                double p = 0,
                bool is_casual = false
            )
            {
                // Of libtorch's own kernels some refuse both, others leave out the mask.
                if (is_casual && attn_mask is not null)
                {
                    throw new System.Runtime.InteropServices.ExternalException(
                        "scaled_dot_product_attention: a mask may not be set when is_casual is."
                    );
                }
                return Operators.scaled_dot_product_attention != 0
                    ? Calls.Boxed(
                        Operators.scaled_dot_product_attention,
                        [query, key, value, attn_mask, p, is_casual],
                        query,
                        key,
                        value,
                        attn_mask
                    )
                    : AttentionByOperators(query, key, value, attn_mask, p, is_casual);
            }

            // libtorch before 2.0 has no such operator. The causal mask is additive because softmax leaves it as it is.
            internal static Tensor AttentionByOperators(Tensor query, Tensor key, Tensor value, Tensor? mask, double p, bool causal)
            {
                using var scope = NewDisposeScope();
                var scores = query.mul(1 / Math.Sqrt(query.size(-1))).matmul(key.transpose(-2, -1));
                if (causal)
                {
                    var seen = ones([query.size(-2), key.size(-2)], ScalarType.Bool, query.device).tril();
                    scores = scores.masked_fill(seen.logical_not(), double.NegativeInfinity);
                }
                else if (mask is { dtype: ScalarType.Bool })
                {
                    scores = scores.masked_fill(mask.logical_not(), double.NegativeInfinity);
                }
                else if (mask is not null)
                {
                    scores = scores.add(mask);
                }

                var weights = scores.softmax(-1);
                return (p > 0 ? dropout(weights, p) : weights).matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
