namespace Parquet.Tests;

/// <summary>A column of a file made by hand, in one page.</summary>
/// <param name="Path">The names from the root, with slashes between.</param>
/// <param name="PhysicalType">What is stored.</param>
/// <param name="Levels">Level pairs; of a required column, values.</param>
/// <param name="Page">The page's bytes.</param>
internal sealed record HandMadeColumn(string Path, Meta.Type PhysicalType, int Levels, byte[] Page)
{
    public int Type => (int)PhysicalType;

    /// <summary>PLAIN where nothing else is said.</summary>
    public int Encoding { get; init; }

    /// <summary>None where nothing else is said.</summary>
    public int Codec { get; init; }

    /// <summary>Bytes of the page once it is decompressed.</summary>
    public int PageLength { get; init; } = Page.Length;
}
