using System.Runtime.InteropServices;
using VlmQ.Core.Randomness;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>Random starts of weights from counter-based keys: the same seed gives the same weights with every version of torch.</summary>
public static class Initializer
{
    /// <summary>Fills a float32 CPU tensor with normal numbers of mean 0 (Box–Muller).</summary>
    public static void Normal(Tensor destination, double deviation, RandomKey key)
    {
        Span<float> values = Values(destination);
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - key.DoubleAt((ulong)i)));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * key.DoubleAt((ulong)i + 1));
            values[i] = (float)(deviation * radius * cosine);
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(deviation * radius * sine);
            }
        }
    }

    /// <summary>Fills a float32 CPU tensor uniformly in ±<paramref name="bound"/>.</summary>
    public static void Uniform(Tensor destination, double bound, RandomKey key)
    {
        Span<float> values = Values(destination);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(bound * ((2 * key.DoubleAt((ulong)i)) - 1));
        }
    }

    private static Span<float> Values(Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.dtype != ScalarType.Float32 || destination.device_type != TorchSharp.DeviceType.CPU)
        {
            throw new ArgumentException("Weights start as float32 on the CPU; move and convert the model afterwards.", nameof(destination));
        }
        return MemoryMarshal.Cast<byte, float>(destination.bytes);
    }
}
