using System.Collections.Immutable;
using System.Text;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Manifest;

/// <summary>What a dataset holds: its parts, and the digests of what it was made from. Equal inputs make equal manifests.</summary>
public sealed record DatasetManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The version of both formats.</summary>
    public const int FormatVersion = 1;

    /// <summary>What the rows are.</summary>
    public required DatasetKind Kind { get; init; }

    /// <summary>
    /// Digests of what the dataset was made from, by name: <c>source</c>, <c>tokenizer</c>, <c>template</c>, <c>config</c>. A writer only
    /// goes on with a dataset of the same digests.
    /// </summary>
    public required ImmutableSortedDictionary<string, string> Digests { get; init; }

    /// <summary>What the dataset was made with, for people: for example <c>image_size</c>.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The parts, in order; names are <c>part-00000.parquet</c> and on.</summary>
    public ImmutableArray<PartEntry> Parts { get; init; } = [];

    /// <summary>Items of the source that the parts and the rejects account for; where an interrupted run goes on.</summary>
    public long Consumed { get; init; }

    /// <summary>Episodes that could not be used; their faults are in <c>rejects.jsonl</c>.</summary>
    public long Rejects { get; init; }

    /// <summary>Bytes of <c>rejects.jsonl</c> that belong to <see cref="Rejects"/>.</summary>
    public long RejectsBytes { get; init; }

    /// <summary>The run that makes the dataset came to its end.</summary>
    public bool Complete { get; init; }

    /// <summary>The format's name.</summary>
    public string Format => NameOf(Kind);

    /// <summary>All rows.</summary>
    public long Rows => Sum(part => part.Rows);

    /// <summary>All rows with a reply.</summary>
    public long Turns => Sum(part => part.Turns);

    /// <summary>All episodes.</summary>
    public long Episodes => Sum(part => part.Episodes);

    /// <summary>Bytes of all parts.</summary>
    public long Bytes => Sum(part => part.Bytes);

    /// <summary>The digest of the dataset's content: of its format and the digests of its parts, in order.</summary>
    public string ContentDigest() => ContentDigest(Parts.Length);

    /// <summary>The digest of the content of the dataset's first parts: what the whole dataset's was when it had no more.</summary>
    /// <param name="parts">How many, 0 to all.</param>
    public string ContentDigest(int parts)
    {
        StringBuilder text = new($"{Format}/{FormatVersion}\n");
        foreach (PartEntry part in Parts.AsSpan()[..parts])
        {
            text.Append(part.Sha256).Append('\n');
        }
        return Digest.Of(text.ToString());
    }

    /// <summary>The name of a kind's format.</summary>
    public static string NameOf(DatasetKind kind) =>
        kind switch
        {
            DatasetKind.Episodes => "vlmq-episodes",
            DatasetKind.Transitions => "vlmq-transitions",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private long Sum(Func<PartEntry, long> of)
    {
        long sum = 0;
        foreach (PartEntry part in Parts)
        {
            sum = checked(sum + of(part));
        }
        return sum;
    }
}
