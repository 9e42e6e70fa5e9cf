using System.Diagnostics.CodeAnalysis;

namespace Parquet.Encodings;

/// <summary>The distinct values of a column chunk, in order of appearance, and each value's index among them.</summary>
internal static class DictionaryBuilder
{
    /// <summary>Builds a dictionary unless the values repeat too seldom.</summary>
    /// <param name="values">All defined values.</param>
    /// <param name="indexes">Receives an index a value.</param>
    /// <param name="threshold">Largest accepted share of distinct values.</param>
    /// <param name="sample">How many of the first values decide; 0 for all.</param>
    /// <param name="dictionary">The distinct values.</param>
    public static bool TryBuild<T>(
        ReadOnlySpan<T> values,
        Span<int> indexes,
        double threshold,
        int sample,
        [NotNullWhen(true)] out T[]? dictionary
    )
        where T : struct
    {
        dictionary = null;
        if (values.IsEmpty)
        {
            return false;
        }
        int judgedAt = sample > 0 ? Math.Min(sample, values.Length) : values.Length;
        var numbers = new Dictionary<T, int>(Comparer<T>());
        var distinct = new List<T>();
        for (int i = 0; i < values.Length; i++)
        {
            if (!numbers.TryGetValue(values[i], out int index))
            {
                index = distinct.Count;
                numbers.Add(values[i], index);
                distinct.Add(values[i]);
            }
            indexes[i] = index;
            if (i + 1 == judgedAt && distinct.Count > threshold * judgedAt)
            {
                return false;
            }
        }
        dictionary = [.. distinct];
        return true;
    }

    private static IEqualityComparer<T>? Comparer<T>()
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            return (IEqualityComparer<T>)(object)new TextComparer();
        }
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return (IEqualityComparer<T>)(object)new BinaryComparer();
        }
        // By bits, so that every NaN and both zeros come back as they were.
        if (typeof(T) == typeof(float))
        {
            return (IEqualityComparer<T>)
                (object)
                    EqualityComparer<float>.Create(
                        (a, b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b),
                        BitConverter.SingleToInt32Bits
                    );
        }
        if (typeof(T) == typeof(double))
        {
            return (IEqualityComparer<T>)
                (object)
                    EqualityComparer<double>.Create(
                        (a, b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b),
                        a => BitConverter.DoubleToInt64Bits(a).GetHashCode()
                    );
        }
        return null;
    }

    private sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>
    {
        public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<char> obj) => string.GetHashCode(obj.Span);
    }

    private sealed class BinaryComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> obj)
        {
            var hash = new HashCode();
            hash.AddBytes(obj.Span);
            return hash.ToHashCode();
        }
    }
}
