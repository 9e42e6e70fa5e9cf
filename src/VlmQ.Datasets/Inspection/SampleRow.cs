using System.Collections.Immutable;

namespace VlmQ.Datasets.Inspection;

/// <summary>One row to look at.</summary>
/// <param name="Values">What it holds, as text, in the order of the columns; pictures as their size.</param>
/// <param name="Picture">Its picture, a PNG or JPEG file.</param>
public sealed record SampleRow(ImmutableArray<KeyValuePair<string, string>> Values, ImmutableArray<byte> Picture);
