namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>A component in a scan, with the codes of its coefficients where the scan uses them.</summary>
internal sealed record JpegScanPart(JpegComponent Component, HuffmanTable? First, HuffmanTable? Others)
{
    /// <summary>The first coefficient of the block before, from which the next one's difference counts.</summary>
    public int Prediction { get; set; }
}
