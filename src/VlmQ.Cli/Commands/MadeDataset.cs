using VlmQ.Cli.Terminal;
using VlmQ.Core.Statistics;
using VlmQ.Datasets.Importing;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Cli.Commands;

/// <summary>A dataset that a command has made, as it shows it.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Format">What it was imported from; null where it was not.</param>
/// <param name="Episodes">Its episodes.</param>
/// <param name="Turns">Its rows with a reply.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Rejects">Episodes that could not be used.</param>
/// <param name="Bytes">Bytes of its parts.</param>
/// <param name="Digest">The digest of its content.</param>
internal sealed record MadeDataset(
    string Folder,
    ImportFormat? Format,
    long Episodes,
    long Turns,
    long Rows,
    long Rejects,
    long Bytes,
    string Digest
)
{
    /// <summary>Share of the source's replies that named an action, 0–1; null where they are not looked at.</summary>
    public double? SyntaxAccuracy { get; init; }

    /// <summary>That share's interval at 95%, Wilson's; null where they are not looked at.</summary>
    public Interval? SyntaxAccuracyInterval { get; init; }

    /// <summary>The other replies of the source, counted by what was wrong with them; null where they are not looked at.</summary>
    public IReadOnlyDictionary<string, long>? Failures { get; init; }

    public static MadeDataset Of(string folder, DatasetManifest made, ImportFormat? format = null) =>
        new(folder, format, made.Episodes, made.Turns, made.Rows, made.Rejects, made.Bytes, made.ContentDigest());

    /// <summary>The one line for people.</summary>
    public string Line() =>
        NumberText.Of($"{Episodes} episodes, {Turns} turns, {Bytes} bytes in {Folder}")
        + (Rejects > 0 ? NumberText.Of($"; {Rejects} rejected") : "");
}
