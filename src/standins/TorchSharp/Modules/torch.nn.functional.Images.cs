namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // On images [N, C, H, W].
        public static unsafe partial class functional
        {
            public static Tensor avg_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            )
            {
                stride ??= kernel_size;
                padding ??= [0, 0];
                fixed (
                    long* kernel = kernel_size,
                        strides = stride,
                        pads = padding
                )
                {
                    return Calls.Boxed(
                        Operators.avg_pool2d,
                        [
                            input,
                            Argument.Ints(kernel, kernel_size.Length),
                            Argument.Ints(strides, stride.Length),
                            Argument.Ints(pads, padding.Length),
                            ceil_mode,
                            count_include_pad,
                            divisor_override,
                        ],
                        input
                    );
                }
            }

            public static Tensor avg_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long padding = 0,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                avg_pool2d(
                    input,
                    [kernel_size, kernel_size],
                    Square(stride),
                    [padding, padding],
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            public static Tensor avg_pool2d(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) => avg_pool2d(input, Pair(kernel_size)!, Pair(stride), Pair(padding), ceil_mode, count_include_pad, divisor_override);

            public static Tensor max_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            )
            {
                stride ??= kernel_size;
                padding ??= [0, 0];
                dilation ??= [1, 1];
                fixed (
                    long* kernel = kernel_size,
                        strides = stride,
                        pads = padding,
                        dilations = dilation
                )
                {
                    return Calls.Boxed(
                        Operators.max_pool2d,
                        [
                            input,
                            Argument.Ints(kernel, kernel_size.Length),
                            Argument.Ints(strides, stride.Length),
                            Argument.Ints(pads, padding.Length),
                            Argument.Ints(dilations, dilation.Length),
                            ceil_mode,
                        ],
                        input
                    );
                }
            }

            public static Tensor max_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false
            ) => max_pool2d(input, [kernel_size, kernel_size], Square(stride), Square(padding), Square(dilation), ceil_mode);

            public static Tensor max_pool2d(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? dilation = null,
                bool ceil_mode = false
            ) => max_pool2d(input, Pair(kernel_size)!, Pair(stride), Pair(padding), Pair(dilation), ceil_mode);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size)
            {
                fixed (long* size = output_size)
                {
                    return Calls.Boxed(Operators.adaptive_avg_pool2d, [input, Argument.Ints(size, output_size.Length)], input);
                }
            }

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                adaptive_avg_pool2d(input, [output_size, output_size]);

            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                adaptive_avg_pool2d(input, Pair(output_size)!);

            public static Tensor pixel_shuffle(Tensor x, long upscale_factor) => Calls.WithInt(Operators.pixel_shuffle, x, upscale_factor);

            public static Tensor pixel_unshuffle(Tensor x, long downscale_factor) =>
                Calls.WithInt(Operators.pixel_unshuffle, x, downscale_factor);

            /// <summary>Patches as columns: [N, C, H, W] to [N, C·kernel, patches].</summary>
            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                unfold(input, (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            /// <inheritdoc cref="unfold(Tensor, long, long, long, long)"/>
            public static Tensor unfold(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? dilation = null,
                (long, long)? padding = null,
                (long, long)? stride = null
            )
            {
                long[] kernel = [kernel_size.Item1, kernel_size.Item2];
                var dilations = Pair(dilation) ?? [1, 1];
                var pads = Pair(padding) ?? [0, 0];
                var strides = Pair(stride) ?? [1, 1];
                fixed (
                    long* kernelPointer = kernel,
                        dilationPointer = dilations,
                        padPointer = pads,
                        stridePointer = strides
                )
                {
                    return Calls.Boxed(
                        Operators.im2col,
                        [
                            input,
                            Argument.Ints(kernelPointer, 2),
                            Argument.Ints(dilationPointer, 2),
                            Argument.Ints(padPointer, 2),
                            Argument.Ints(stridePointer, 2),
                        ],
                        input
                    );
                }
            }

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var name = mode switch
                {
                    PaddingModes.Reflect => "reflect"u8,
                    PaddingModes.Replicate => "replicate"u8,
                    PaddingModes.Circular => "circular"u8,
                    _ => "constant"u8,
                };
                fixed (long* pads = pad)
                {
                    fixed (byte* text = name)
                    {
                        return Calls.Boxed(
                            Operators.pad,
                            [
                                input,
                                Argument.Ints(pads, pad.Length),
                                Argument.Text(text, name.Length),
                                mode == PaddingModes.Constant ? value : Argument.None,
                            ],
                            input
                        );
                    }
                }
            }

            /// <summary>
            /// Resizes the dimensions after the second to <paramref name="size"/>, or by <paramref name="scale_factor"/>.
            /// </summary>
            /// <exception cref="ArgumentException">Both or neither of size and factor, or a mode that fits no input of that many
            /// dimensions.</exception>
            public static Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false,
                bool antialias = false
            )
            {
                if (size is null == scale_factor is null)
                {
                    throw new ArgumentException("Give either a size or a scale factor.", nameof(size));
                }

                if (mode == InterpolationMode.Area)
                {
                    return AdaptivePool(x, size ?? Scaled(x, scale_factor!));
                }

                if (recompute_scale_factor && scale_factor is not null)
                {
                    size = Scaled(x, scale_factor);
                    scale_factor = null;
                }

                var nearest = mode is InterpolationMode.Nearest or InterpolationMode.NearestExact;
                fixed (long* sizes = size)
                {
                    fixed (double* factors = scale_factor)
                    {
                        var target = size is null ? Argument.None : Argument.Ints(sizes, size.Length);
                        var factor = scale_factor is null ? Argument.None : Argument.Doubles(factors, scale_factor.Length);
                        var op = Resampler(mode, (int)x.dim() - 2, antialias);
                        return nearest
                            ? Calls.Boxed(op, [x, target, factor], x)
                            : Calls.Boxed(op, [x, target, align_corners ?? false, factor], x);
                    }
                }
            }

            private static nint Resampler(InterpolationMode mode, int dimensions, bool antialias) =>
                (mode, dimensions, antialias) switch
                {
                    (InterpolationMode.Nearest, 1, false) => Operators.upsample_nearest1d__vec,
                    (InterpolationMode.Nearest, 2, false) => Operators.upsample_nearest2d__vec,
                    (InterpolationMode.Nearest, 3, false) => Operators.upsample_nearest3d__vec,
                    (InterpolationMode.NearestExact, 1, false) => Operators._upsample_nearest_exact1d__vec,
                    (InterpolationMode.NearestExact, 2, false) => Operators._upsample_nearest_exact2d__vec,
                    (InterpolationMode.NearestExact, 3, false) => Operators._upsample_nearest_exact3d__vec,
                    (InterpolationMode.Linear, 1, false) => Operators.upsample_linear1d__vec,
                    (InterpolationMode.Bilinear, 2, false) => Operators.upsample_bilinear2d__vec,
                    (InterpolationMode.Bilinear, 2, true) => Operators._upsample_bilinear2d_aa__vec,
                    (InterpolationMode.Bicubic, 2, false) => Operators.upsample_bicubic2d__vec,
                    (InterpolationMode.Bicubic, 2, true) => Operators._upsample_bicubic2d_aa__vec,
                    (InterpolationMode.Trilinear, 3, false) => Operators.upsample_trilinear3d__vec,
                    _ => throw new ArgumentException(
                        $"{mode}{(antialias ? " with antialiasing" : string.Empty)} does not resize an input of {dimensions + 2} dimensions.",
                        nameof(mode)
                    ),
                };

            private static Tensor AdaptivePool(Tensor x, long[] size)
            {
                fixed (long* sizes = size)
                {
                    return x.dim() switch
                    {
                        3 => Calls.Boxed(Operators.adaptive_avg_pool1d, [x, Argument.Ints(sizes, size.Length)], x),
                        4 => Calls.Boxed(Operators.adaptive_avg_pool2d, [x, Argument.Ints(sizes, size.Length)], x),
                        _ => Calls.Boxed(Operators.adaptive_avg_pool3d, [x, Argument.Ints(sizes, size.Length)], x),
                    };
                }
            }

            private static long[] Scaled(Tensor x, double[] factors)
            {
                var shape = x.shape;
                return [.. factors.Select((factor, i) => (long)Math.Floor(shape[i + 2] * factor))];
            }

            private static long[]? Square(long? side) => side is { } given ? [given, given] : null;

            private static long[]? Pair((long, long)? pair) => pair is { } given ? [given.Item1, given.Item2] : null;
        }
    }
}
