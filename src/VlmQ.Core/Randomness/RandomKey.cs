using System.Text;

namespace VlmQ.Core.Randomness;

/// <summary>
/// A key of the counter-based generator: the same <c>(seed, purpose, index)</c> gives the same numbers whatever else was drawn and
/// by how many workers. Draws are pure functions of the key and a counter.
/// </summary>
/// <param name="Value">64 key bits.</param>
public readonly record struct RandomKey(ulong Value)
{
    /// <summary>The key of a purpose under a seed.</summary>
    public static RandomKey Of(long seed, string purpose, long index = 0) => new RandomKey(unchecked((ulong)seed)).Split(purpose, index);

    /// <summary>A key of its own for a part of the work, independent of its siblings.</summary>
    public RandomKey Split(string purpose, long index = 0)
    {
        // FNV-1a of the purpose is only a name for it; Philox does the mixing.
        ulong name = 14695981039346656037UL;
        Span<byte> bytes = stackalloc byte[256];
        if (Encoding.UTF8.TryGetBytes(purpose, bytes, out int length))
        {
            foreach (byte value in bytes[..length])
            {
                name = (name ^ value) * 1099511628211UL;
            }
        }
        else
        {
            throw new ArgumentException("A purpose is at most 256 bytes long.", nameof(purpose));
        }
        return new RandomKey(Philox.Block(Value, unchecked((ulong)index), name).Low);
    }

    /// <summary>64 uniform bits.</summary>
    public ulong UInt64At(ulong counter) => Philox.Block(Value, counter, 0).Low;

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double DoubleAt(ulong counter) => (UInt64At(counter) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0..<paramref name="bound"/>−1; the bias is below <c>bound · 2⁻⁶⁴</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int IndexAt(ulong counter, int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(UInt64At(counter), (ulong)bound, out _);
    }

    /// <summary>A cursor that draws at counters 0, 1, 2, …</summary>
    public RandomCursor Cursor() => new(this);
}
