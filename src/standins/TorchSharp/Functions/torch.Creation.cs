namespace TorchSharp;

public static unsafe partial class torch
{
    public static Tensor empty(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Sized(Operators.empty__memory_format, size, dtype, device, requires_grad);

    public static Tensor zeros(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Sized(Operators.zeros, size, dtype, device, requires_grad);

    public static Tensor ones(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Sized(Operators.ones, size, dtype, device, requires_grad);

    public static Tensor full(
        ReadOnlySpan<long> size,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    )
    {
        fixed (long* sizes = size)
        {
            var made = Calls.Boxed(
                Operators.full,
                [Argument.Ints(sizes, size.Length), value, dtype, Argument.None, device ?? DefaultDevice, Argument.None]
            );
            return Tracked(made, requires_grad);
        }
    }

    public static Tensor rand(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => Drawn(Operators.rand__generator, size, dtype, device, requires_grad, generator);

    public static Tensor randn(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => Drawn(Operators.randn__generator, size, dtype, device, requires_grad, generator);

    public static Tensor normal(
        double mean,
        double std,
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => Tracked(empty(size, dtype, device).normal_(mean, std, generator), requires_grad);

    public static Tensor empty_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Like(Operators.empty_like, input, dtype, device, requires_grad);

    public static Tensor zeros_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Like(Operators.zeros_like, input, dtype, device, requires_grad);

    public static Tensor ones_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Like(Operators.ones_like, input, dtype, device, requires_grad);

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(Operators.rand_like, input, dtype, device, requires_grad);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(Operators.randn_like, input, dtype, device, requires_grad);

    public static Tensor full_like(
        Tensor input,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Tracked(Calls.Boxed(Operators.full_like, [input, value, dtype, Argument.None, device, Argument.None], input), requires_grad);

    public static Tensor randint(
        long low,
        long high,
        Size size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    )
    {
        fixed (long* sizes = size.Shape)
        {
            var made = Calls.Boxed(
                Operators.randint__low_generator,
                [
                    low,
                    high,
                    Argument.Ints(sizes, size.Length),
                    generator,
                    dtype ?? ScalarType.Int64,
                    Argument.None,
                    device ?? DefaultDevice,
                    Argument.None,
                ]
            );
            return Tracked(made, requires_grad);
        }
    }

    public static Tensor randint(
        long low,
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => randint(low, high, new Size(size), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high,
        Size size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => randint(0, high, new Size(size), dtype, device, requires_grad, generator, names);

    public static Tensor randperm(
        long n,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) =>
        Tracked(
            Calls.Boxed(
                Operators.randperm__generator,
                [n, generator, dtype ?? ScalarType.Int64, Argument.None, device ?? DefaultDevice, Argument.None]
            ),
            requires_grad
        );

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start,
        Scalar stop,
        Scalar step,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Tracked(
            Calls.Boxed(Operators.arange__start_step, [start, stop, step, dtype, Argument.None, device ?? DefaultDevice, Argument.None]),
            requires_grad
        );

    public static Tensor linspace(
        double start,
        double end,
        long steps,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) =>
        Tracked(
            Calls.Boxed(Operators.linspace, [start, end, steps, dtype, Argument.None, device ?? DefaultDevice, Argument.None]),
            requires_grad
        );

    public static Tensor eye(
        long rows,
        long columns = -1,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        Tracked(
            Calls.Boxed(
                Operators.eye__m,
                [rows, columns < 0 ? rows : columns, dtype, Argument.None, device ?? DefaultDevice, Argument.None]
            ),
            requires_grad
        );

    private static Tensor Tracked(Tensor tensor, bool requires_grad) => requires_grad ? tensor.requires_grad_() : tensor;

    private static Tensor Sized(nint op, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad)
    {
        fixed (long* sizes = size)
        {
            var made = Calls.Boxed(op, [Argument.Ints(sizes, size.Length), dtype, Argument.None, device ?? DefaultDevice, Argument.None]);
            return Tracked(made, requires_grad);
        }
    }

    private static Tensor Drawn(
        nint op,
        ReadOnlySpan<long> size,
        ScalarType? dtype,
        Device? device,
        bool requires_grad,
        Generator? generator
    )
    {
        fixed (long* sizes = size)
        {
            var made = Calls.Boxed(
                op,
                [Argument.Ints(sizes, size.Length), generator, dtype, Argument.None, device ?? DefaultDevice, Argument.None]
            );
            GC.KeepAlive(generator);
            return Tracked(made, requires_grad);
        }
    }

    private static Tensor Like(nint op, Tensor input, ScalarType? dtype, Device? device, bool requires_grad) =>
        Tracked(Calls.Boxed(op, [input, dtype, Argument.None, device, Argument.None], input), requires_grad);
}
