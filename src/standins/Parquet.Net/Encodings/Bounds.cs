using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Parquet.Meta;

namespace Parquet.Encodings;

/// <summary>The least and the greatest value of a column chunk, for its statistics.</summary>
internal static class Bounds
{
    // Long texts would make the footer long; a bound is optional, so it is left out.
    private const int LongestTextBound = 256;

    /// <summary>Sets the bounds of numbers and texts; others have none.</summary>
    public static void Describe<T>(ReadOnlySpan<T> values, Statistics statistics)
        where T : struct
    {
        if (values.IsEmpty)
        {
            return;
        }
        if (typeof(T) == typeof(int))
        {
            DescribeNumbers(Reinterpret.As<T, int>(values), statistics);
        }
        else if (typeof(T) == typeof(long))
        {
            DescribeNumbers(Reinterpret.As<T, long>(values), statistics);
        }
        else if (typeof(T) == typeof(float))
        {
            DescribeNumbers(Reinterpret.As<T, float>(values), statistics);
        }
        else if (typeof(T) == typeof(double))
        {
            DescribeNumbers(Reinterpret.As<T, double>(values), statistics);
        }
        else if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            DescribeText(Reinterpret.As<T, ReadOnlyMemory<char>>(values), statistics);
        }
    }

    /// <summary>A bound as a value; null where it cannot be read.</summary>
    public static object? Decode(byte[]? bound, System.Type type)
    {
        if (bound is null)
        {
            return null;
        }
        if (type == typeof(int))
        {
            return bound.Length == 4 ? BinaryPrimitives.ReadInt32LittleEndian(bound) : null;
        }
        if (type == typeof(long))
        {
            return bound.Length == 8 ? BinaryPrimitives.ReadInt64LittleEndian(bound) : null;
        }
        if (type == typeof(float))
        {
            return bound.Length == 4 ? BinaryPrimitives.ReadSingleLittleEndian(bound) : null;
        }
        if (type == typeof(double))
        {
            return bound.Length == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(bound) : null;
        }
        if (type == typeof(bool))
        {
            return bound.Length == 1 ? bound[0] != 0 : null;
        }
        if (type == typeof(Half))
        {
            return bound.Length == 2 ? BinaryPrimitives.ReadHalfLittleEndian(bound) : null;
        }
        return type == typeof(ReadOnlyMemory<char>) ? System.Text.Encoding.UTF8.GetString(bound) : bound;
    }

    private static void DescribeNumbers<T>(ReadOnlySpan<T> values, Statistics statistics)
        where T : struct, INumber<T>
    {
        (T least, T greatest, bool ordered) = Scan(values);
        // Not-a-number has no place in an order: with one among the values there are no bounds.
        if (!ordered)
        {
            return;
        }
        // Zeros are equal but have two forms: the bounds take the wider one (Parquet format, ColumnOrder).
        statistics.MinValue = Bytes(T.IsZero(least) ? -T.Zero : least);
        statistics.MaxValue = Bytes(T.IsZero(greatest) ? T.Zero : greatest);
        statistics.Min = statistics.MinValue;
        statistics.Max = statistics.MaxValue;
    }

    private static (T Least, T Greatest, bool Ordered) Scan<T>(ReadOnlySpan<T> values)
        where T : struct, INumber<T>
    {
        T least = values[0];
        T greatest = values[0];
        bool ordered = !T.IsNaN(least);
        int done = 0;
        if (values.Length >= Vector<T>.Count)
        {
            var low = new Vector<T>(values);
            Vector<T> high = low;
            Vector<T> same = Vector<T>.AllBitsSet;
            int last = values.Length - Vector<T>.Count;
            for (; done <= last; done += Vector<T>.Count)
            {
                var next = new Vector<T>(values[done..]);
                low = Vector.Min(low, next);
                high = Vector.Max(high, next);
                same &= Vector.Equals(next, next);
            }
            ordered = AllBits(same);
            for (int i = 0; i < Vector<T>.Count; i++)
            {
                least = T.Min(least, low[i]);
                greatest = T.Max(greatest, high[i]);
            }
        }
        for (; done < values.Length; done++)
        {
            T value = values[done];
            ordered &= !T.IsNaN(value);
            least = T.Min(least, value);
            greatest = T.Max(greatest, value);
        }
        return (least, greatest, ordered);
    }

    // All bits set is itself not a number, so as floating point it does not equal itself.
    private static bool AllBits<T>(Vector<T> mask) => Vector.EqualsAll(Vector.AsVectorByte(mask), Vector<byte>.AllBitsSet);

    private static byte[] Bytes<T>(T value)
        where T : struct
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        Unsafe.WriteUnaligned(ref bytes[0], value);
        return bytes;
    }

    private static void DescribeText(ReadOnlySpan<ReadOnlyMemory<char>> values, Statistics statistics)
    {
        ReadOnlyMemory<char> least = values[0];
        ReadOnlyMemory<char> greatest = values[0];
        foreach (ReadOnlyMemory<char> value in values)
        {
            ReadOnlySpan<char> text = value.Span;
            if (Compare(text, least.Span) < 0)
            {
                least = value;
            }
            else if (Compare(text, greatest.Span) > 0)
            {
                greatest = value;
            }
        }
        statistics.MinValue = TextBound(least.Span);
        statistics.MaxValue = TextBound(greatest.Span);
    }

    private static byte[]? TextBound(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[System.Text.Encoding.UTF8.GetByteCount(text)];
        System.Text.Encoding.UTF8.GetBytes(text, bytes);
        return bytes.Length <= LongestTextBound ? bytes : null;
    }

    /// <summary>The order of the UTF-8 forms, which is that of code points.</summary>
    private static int Compare(ReadOnlySpan<char> x, ReadOnlySpan<char> y)
    {
        int same = x.CommonPrefixLength(y);
        return same == x.Length || same == y.Length ? x.Length - y.Length : Rank(x[same]) - Rank(y[same]);
    }

    // Surrogates stand for code points above all others; as UTF-16 units they come before U+E000.
    private static int Rank(char unit) =>
        unit switch
        {
            >= '\uE000' => unit - 0x800,
            >= '\uD800' => unit + 0x2000,
            _ => unit,
        };
}
