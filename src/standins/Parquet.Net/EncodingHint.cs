namespace Parquet;

/// <summary>How a column's values should be encoded, where it is worth it.</summary>
public enum EncodingHint
{
    /// <summary>Plain values.</summary>
    Default = 0,

    /// <summary>Each distinct value once, then indexes.</summary>
    Dictionary = 1,

    /// <summary>Differences of integers, bit-packed.</summary>
    DeltaBinaryPacked = 2,

    /// <summary>The bytes of floating-point numbers, grouped by significance.</summary>
    ByteSplitStream = 3,
}
