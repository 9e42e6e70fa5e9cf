using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;

namespace VlmQ.Datasets.Columns;

/// <summary>Puts the episodes of one format into the columns of a row group, and takes them out.</summary>
/// <typeparam name="TEpisode">A whole episode in memory.</typeparam>
internal interface IEpisodeCodec<TEpisode>
{
    /// <summary>The format.</summary>
    DatasetKind Kind { get; }

    /// <summary>The columns.</summary>
    ParquetSchema Schema { get; }

    /// <summary>The columns as people and Hugging Face <c>datasets</c> see them.</summary>
    ImmutableArray<Feature> Features { get; }

    /// <summary>Paths of the text columns that repeat a few values.</summary>
    ImmutableArray<string> DictionaryColumns { get; }

    /// <summary>What an episode takes up.</summary>
    EpisodeSize SizeOf(TEpisode episode);

    /// <summary>What is known of an episode as a whole.</summary>
    EpisodeFacts FactsOf(TEpisode episode);

    /// <summary>The same episode under another id.</summary>
    TEpisode Rename(TEpisode episode, string id);

    /// <summary>Writes a whole row group.</summary>
    Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TEpisode> episodes, CancellationToken cancellation);

    /// <summary>Reads a whole row group; an episode whose rows break the format's rules is a fault that names row and column.</summary>
    Task<ImmutableArray<ReadEpisode<TEpisode>>> ReadAsync(RowGroupColumns group, CancellationToken cancellation);
}
