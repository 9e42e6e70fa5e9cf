using System.Collections.Immutable;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Selection;

/// <summary>How datasets are made out of others.</summary>
internal sealed record RemakePlan
{
    /// <summary>The folders that are read, in order.</summary>
    public required ImmutableArray<string> Sources { get; init; }

    /// <summary>The folders that are written, and in words how the episodes of each are chosen: it decides the bytes.</summary>
    public required ImmutableArray<(string Folder, string Selection)> Targets { get; init; }

    /// <summary>Makes the router; called once the sources are known.</summary>
    public required Func<RemakeSources, EpisodeRouter> Router { get; init; }

    /// <summary>Put the source's number before each id.</summary>
    public bool Rename { get; init; }

    /// <summary>How the targets are cut into parts.</summary>
    public required DatasetWriterOptions Writer { get; init; }
}
