using System.Net.Http.Headers;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>Which bytes of how many an answer holds.</summary>
/// <param name="First">The first byte, from 0.</param>
/// <param name="Last">The last byte.</param>
/// <param name="Total">Bytes of the whole object.</param>
internal readonly record struct ContentRange(long First, long Last, long Total)
{
    /// <summary>Reads the header <c>Content-Range</c>; null for what is none, or does not say all three.</summary>
    public static ContentRange? Parse(string? header) =>
        ContentRangeHeaderValue.TryParse(header, out ContentRangeHeaderValue? value)
        && value is { Unit: "bytes", From: { } first, To: { } last, Length: { } total }
            ? new ContentRange(first, last, total)
            : null;
}
