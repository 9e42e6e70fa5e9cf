using System.Collections.Immutable;

namespace VlmQ.Core.Prompting;

/// <summary>How many replies failed in which way.</summary>
public sealed record FailureTable
{
    private static readonly ImmutableArray<ReplyFailure> Kinds = [.. Enum.GetValues<ReplyFailure>()];

    private readonly ImmutableArray<long> _counts;

    private FailureTable(ImmutableArray<long> counts) => _counts = counts;

    /// <summary>No failures.</summary>
    public static FailureTable None { get; } = new([.. Kinds.Select(_ => 0L)]);

    /// <summary>All failures.</summary>
    public long Total => _counts.Sum();

    /// <summary>The kinds that occurred, the most frequent first.</summary>
    public IEnumerable<(ReplyFailure Failure, long Count)> Rows =>
        Kinds.Zip(_counts).Where(row => row.Second > 0).OrderByDescending(row => row.Second);

    /// <summary>The name that tables and files have for a kind, for example <c>no_json</c>.</summary>
    public static string NameOf(ReplyFailure failure) =>
        failure switch
        {
            ReplyFailure.Empty => "empty",
            ReplyFailure.NoJson => "no_json",
            ReplyFailure.Malformed => "malformed",
            ReplyFailure.Truncated => "truncated",
            ReplyFailure.NoActionField => "no_action_field",
            ReplyFailure.ActionNotText => "action_not_text",
            ReplyFailure.UnknownAction => "unknown_action",
            ReplyFailure.Ambiguous => "ambiguous",
            _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "Not a kind."),
        };

    /// <summary>The number of failures of a kind.</summary>
    public long this[ReplyFailure failure] => _counts[(int)failure];

    /// <summary>The table with one more.</summary>
    public FailureTable Add(ReplyFailure failure) => new(_counts.SetItem((int)failure, _counts[(int)failure] + 1));

    /// <summary>The failures of both.</summary>
    public FailureTable Plus(FailureTable other) => new([.. _counts.Zip(other._counts, (here, there) => here + there)]);

    /// <summary>By name, the most frequent first.</summary>
    public IReadOnlyDictionary<string, long> ToDictionary() =>
        new Dictionary<string, long>(Rows.Select(row => KeyValuePair.Create(NameOf(row.Failure), row.Count)));

    /// <inheritdoc/>
    public bool Equals(FailureTable? other) => other is not null && _counts.SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override int GetHashCode() => Total.GetHashCode();
}
