using System.Collections.Immutable;

namespace VlmQ.Datasets.Writing;

/// <summary>What a dataset is made from; decides whether a writer may go on with the dataset that a folder holds.</summary>
public sealed record DatasetHeader
{
    /// <summary>The dataset's name, the heading of its card.</summary>
    public required string Title { get; init; }

    /// <summary>
    /// Digests of all that decides the dataset's bytes, by name: <c>source</c>, <c>tokenizer</c>, <c>template</c>, <c>config</c>.
    /// </summary>
    public required ImmutableSortedDictionary<string, string> Digests { get; init; }

    /// <summary>What the dataset is made with, for people and for readers: for example <c>image_size</c>.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
