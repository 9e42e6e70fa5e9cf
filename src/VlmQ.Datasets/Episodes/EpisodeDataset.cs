using VlmQ.Core.Episodes;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Episodes;

/// <summary>Datasets of <c>vlmq-episodes/1</c>: what happened, whatever model or tokenizer is trained on it later.</summary>
public static class EpisodeDataset
{
    private static readonly EpisodeCodec Codec = new();

    /// <summary>Opens a folder to write episodes to, or to go on writing.</summary>
    /// <param name="folder">The folder; made if it is missing.</param>
    /// <param name="header">What the episodes are made from.</param>
    /// <param name="options">How they are cut into parts.</param>
    /// <returns>The writer, or why there is none: other digests, other files, a damaged dataset, a disk that refuses.</returns>
    public static Result<DatasetWriter<StoredEpisode>> OpenWriter(
        string folder,
        DatasetHeader header,
        DatasetWriterOptions? options = null
    ) => DatasetFiles.Create(folder).Bind(files => OpenWriter(files, header, options));

    /// <summary>The same on any store of files.</summary>
    public static Result<DatasetWriter<StoredEpisode>> OpenWriter(
        IDatasetFiles files,
        DatasetHeader header,
        DatasetWriterOptions? options = null
    ) => DatasetWriter<StoredEpisode>.Open(files, Codec, header, options ?? new DatasetWriterOptions());

    /// <summary>Opens a dataset of episodes; sizes are checked now, digests when a part is first read.</summary>
    public static Result<DatasetReader<StoredEpisode>> OpenReader(
        string folder,
        DatasetReaderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => DatasetFiles.Open(folder, cancellationToken).Bind(files => OpenReader(files, options));

    /// <summary>The same on any store of files.</summary>
    public static Result<DatasetReader<StoredEpisode>> OpenReader(IDatasetFiles files, DatasetReaderOptions? options = null) =>
        DatasetReader<StoredEpisode>.Open(files, Codec, options ?? new DatasetReaderOptions());
}
