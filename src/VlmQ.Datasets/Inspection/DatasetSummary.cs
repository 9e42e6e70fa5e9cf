using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Inspection;

/// <summary>A dataset in numbers and a few rows.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Groups">Episodes by environment and policy, in ordinal order; transitions are one group.</param>
/// <param name="PromptTokens">Tokens of a prompt; null for episodes.</param>
/// <param name="ReplyTokens">Tokens of a reply; null for episodes.</param>
/// <param name="Replies">How many replies named an action, and what was wrong with the others, by environment and policy.</param>
/// <param name="Rows">The first rows.</param>
public sealed record DatasetSummary(
    string Folder,
    DatasetManifest Manifest,
    ImmutableArray<DatasetColumn> Columns,
    ImmutableArray<EpisodeGroup> Groups,
    NumberRange? PromptTokens,
    NumberRange? ReplyTokens,
    ImmutableArray<ReplyGroup> Replies,
    ImmutableArray<SampleRow> Rows
)
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The summary as one JSON object; a row is an object of texts.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Folder,
                Manifest.Format,
                Version = DatasetManifest.FormatVersion,
                Manifest.Complete,
                Rows = Manifest.Rows,
                Manifest.Turns,
                Manifest.Episodes,
                Manifest.Rejects,
                Manifest.Bytes,
                Parts = Manifest.Parts.Length,
                Digest = Manifest.ContentDigest(),
                Manifest.Digests,
                Manifest.Properties,
                Columns,
                Groups,
                PromptTokens,
                ReplyTokens,
                Replies = Replies.Select(group => group.Facts),
                Samples = Rows.Select(row => row.Values.ToDictionary(value => value.Key, value => value.Value)),
            },
            JsonOptions
        );
}
