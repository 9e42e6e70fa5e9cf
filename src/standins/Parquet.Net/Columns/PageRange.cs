using System.Runtime.CompilerServices;

namespace Parquet.Columns;

/// <summary>The part of a column chunk that goes into one page; pages begin where rows begin.</summary>
/// <param name="LevelStart">First level pair.</param>
/// <param name="LevelCount">How many level pairs.</param>
/// <param name="ValueStart">First defined value.</param>
/// <param name="ValueCount">How many defined values.</param>
internal readonly record struct PageRange(int LevelStart, int LevelCount, int ValueStart, int ValueCount)
{
    /// <summary>Bytes of values that a page is filled up to: what the caches near the processor hold.</summary>
    private const int TargetBytes = 1 << 20;

    private const int MostLevels = 1 << 20;

    /// <summary>The page after <paramref name="previous"/>.</summary>
    public static PageRange After<T>(
        PageRange previous,
        ReadOnlySpan<T> values,
        ReadOnlySpan<int> definitionLevels,
        ReadOnlySpan<int> repetitionLevels,
        int maximumLevel
    )
    {
        int levelStart = previous.LevelStart + previous.LevelCount;
        int valueStart = previous.ValueStart + previous.ValueCount;
        ReadOnlySpan<T> restValues = values[valueStart..];
        ReadOnlySpan<int> definitions = definitionLevels.IsEmpty ? default : definitionLevels[levelStart..];
        ReadOnlySpan<int> repetitions = repetitionLevels.IsEmpty ? default : repetitionLevels[levelStart..];
        int levels = definitions.IsEmpty ? restValues.Length : definitions.Length;
        int count = ToRowEnd(repetitions, FillTarget(restValues, definitions, levels, maximumLevel), levels);
        int valueCount = definitions.IsEmpty ? count : definitions[..count].Count(maximumLevel);
        return new PageRange(levelStart, count, valueStart, valueCount);
    }

    private static int FillTarget<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> definitions, int levels, int maximumLevel)
    {
        int most = Math.Min(levels, MostLevels);
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            return FillVariable(values, definitions, most, maximumLevel);
        }
        return Math.Min(most, TargetBytes / Unsafe.SizeOf<T>());
    }

    private static int FillVariable<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> definitions, int levels, int maximumLevel)
    {
        long bytes = 0;
        int value = 0;
        for (int level = 0; level < levels; level++)
        {
            if (definitions.IsEmpty || definitions[level] == maximumLevel)
            {
                bytes += 4 + LengthOf(values[value++]);
                if (bytes >= TargetBytes)
                {
                    return level + 1;
                }
            }
        }
        return levels;
    }

    private static int LengthOf<T>(T value) =>
        value switch
        {
            ReadOnlyMemory<byte> binary => binary.Length,
            ReadOnlyMemory<char> text => text.Length,
            _ => throw new InvalidOperationException($"Values of {typeof(T)} have no length."),
        };

    private static int ToRowEnd(ReadOnlySpan<int> repetitions, int count, int levels)
    {
        if (repetitions.IsEmpty || count >= levels)
        {
            return count;
        }
        int more = repetitions[count..].IndexOf(0);
        return more < 0 ? levels : count + more;
    }
}
