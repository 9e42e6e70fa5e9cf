using TorchSharp;
using static TorchSharp.torch;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace TorchSharp.Tests;

/// <summary>
/// Inputs that Python can make too, and comparison with what Python's torch 1.13.1 computed from them. Its
/// <c>wave(*shape, scale=1)</c> is <c>(torch.sin(torch.arange(n, dtype=torch.float64) * 0.7 + 0.3) * scale).float().reshape(shape)</c>.
/// </summary>
internal static class Numbers
{
    public static Tensor Wave(params long[] shape) => Wave(1, shape);

    public static Tensor Wave(double scale, params long[] shape)
    {
        var count = shape.Aggregate(1L, (product, length) => product * length);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(Math.Sin((i * 0.7) + 0.3) * scale);
        }

        return tensor(values, shape);
    }

    public static T OnAnotherThread<T>(Func<T> function)
    {
        T result = default!;
        var thread = new Thread(() => result = function());
        thread.Start();
        thread.Join();
        return result;
    }

    public static float[] Values(Tensor tensor)
    {
        using var floats = tensor.detach().to(ScalarType.Float32);
        return floats.data<float>().ToArray();
    }

    public static void Close(float[] expected, Tensor actual, float tolerance = 2e-6f)
    {
        var values = Values(actual);
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - values[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"At {i}: {values[i]} instead of {expected[i]}, in [{string.Join(", ", values)}]."
            );
        }
    }
}
