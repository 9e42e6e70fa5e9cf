using System.IO.Compression;
using Parquet.Schema;

namespace Parquet;

/// <summary>Choices for reading and writing.</summary>
public class ParquetOptions
{
    /// <summary>The codec for pages that are written. Reading takes the codec from the file.</summary>
    public CompressionMethod CompressionMethod { get; set; } = CompressionMethod.Snappy;

    /// <summary>
    /// Effort for gzip, brotli and zstd (zstd: Fastest is 1, Optimal 3, SmallestSize 19). Set it always: the default differs
    /// between versions of the package.
    /// </summary>
    public CompressionLevel CompressionLevel { get; set; } = CompressionLevel.Optimal;

    /// <summary>Encoding hints by column path, such as <c>tokens/list/element</c>.</summary>
    public readonly IDictionary<string, EncodingHint> ColumnEncodingHints = new Dictionary<string, EncodingHint>();

    /// <summary>A hinted dictionary is kept while distinct values ÷ values is at most this, in [0, 1].</summary>
    public double DictionaryEncodingThreshold { get; set; } = 0.8;

    /// <summary>How many values the threshold is judged on; 0 for all.</summary>
    public int DictionaryEncodingSampleSize { get; set; }

    /// <summary>Reads unannotated byte arrays as strings; some old writers left the annotation out.</summary>
    public bool TreatByteArrayAsString { get; set; }

    internal EncodingHint HintFor(DataField field) =>
        ColumnEncodingHints.TryGetValue(field.Path.ToString(), out EncodingHint hint) ? hint : EncodingHint.Default;
}
