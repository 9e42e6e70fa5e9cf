using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>The control ids and templates of MoonDream2 2025-06-21; the defaults are the published model's.</summary>
public sealed record MoonDream2Tokens
{
    /// <summary>Begins a sequence, in front of the picture.</summary>
    public int Begin { get; init; }

    /// <summary>Ends a reply.</summary>
    public int End { get; init; }

    /// <summary>Ends a question; forbidden in an answer from its second token on.</summary>
    public int Answer { get; init; } = 3;

    /// <summary>Stands in front of a question.</summary>
    public ImmutableArray<int> QueryPrefix { get; init; } = [1, 15381, 2];

    /// <summary>Stands behind a question, twice.</summary>
    public ImmutableArray<int> QuerySuffix { get; init; } = [3];

    /// <inheritdoc/>
    public bool Equals(MoonDream2Tokens? other) =>
        other is not null
        && (Begin, End, Answer) == (other.Begin, other.End, other.Answer)
        && QueryPrefix.AsSpan().SequenceEqual(other.QueryPrefix.AsSpan())
        && QuerySuffix.AsSpan().SequenceEqual(other.QuerySuffix.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Begin, End, Answer, QueryPrefix.Length);
}
