using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Transitions;

/// <summary>Datasets of <c>vlmq-transitions/1</c>: what a model with a given tokenizer would learn from.</summary>
public static class TransitionDataset
{
    private static readonly TransitionCodec Codec = new();

    /// <summary>Opens a folder to write transitions to, or to go on writing.</summary>
    /// <param name="folder">The folder; made if it is missing.</param>
    /// <param name="header">What the transitions are made from.</param>
    /// <param name="options">How they are cut into parts.</param>
    /// <returns>The writer, or why there is none: other digests, other files, a damaged dataset, a disk that refuses.</returns>
    public static Result<DatasetWriter<TransitionEpisode>> OpenWriter(
        string folder,
        DatasetHeader header,
        DatasetWriterOptions? options = null
    ) => DatasetFiles.Create(folder).Bind(files => OpenWriter(files, header, options));

    /// <summary>The same on any store of files.</summary>
    public static Result<DatasetWriter<TransitionEpisode>> OpenWriter(
        IDatasetFiles files,
        DatasetHeader header,
        DatasetWriterOptions? options = null
    ) => DatasetWriter<TransitionEpisode>.Open(files, Codec, header, options ?? new DatasetWriterOptions());

    /// <summary>What a writer would go on from, null for a dataset that it would begin, or its fault; nothing is touched.</summary>
    public static Result<DatasetManifest?> LookAtTarget(string folder, DatasetHeader header, DatasetWriterOptions? options = null) =>
        S3Location.IsMeant(folder)
            ? DatasetFiles.NotWritable(folder)
            : DatasetWriter<TransitionEpisode>.Look(
                new DiskFiles(folder, create: false),
                Codec,
                header,
                options ?? new DatasetWriterOptions()
            );

    /// <summary>Opens a dataset of transitions; sizes are checked now, digests when a part is first read.</summary>
    public static Result<DatasetReader<TransitionEpisode>> OpenReader(
        string folder,
        DatasetReaderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => DatasetFiles.Open(folder, cancellationToken).Bind(files => OpenReader(files, options));

    /// <summary>The same on any store of files.</summary>
    public static Result<DatasetReader<TransitionEpisode>> OpenReader(IDatasetFiles files, DatasetReaderOptions? options = null) =>
        DatasetReader<TransitionEpisode>.Open(files, Codec, options ?? new DatasetReaderOptions());

    /// <summary>The fault of training a model on transitions of another vocabulary; null when the digests agree.</summary>
    /// <param name="manifest">The transitions' manifest.</param>
    /// <param name="tokenizerDigest">The digest of the model's tokenizer.</param>
    /// <param name="folder">The transitions' folder, for the message.</param>
    public static Fault? CheckTokenizer(DatasetManifest manifest, string tokenizerDigest, string folder) =>
        manifest.Digests.TryGetValue(DigestNames.Tokenizer, out string? digest) && digest == tokenizerDigest
            ? null
            : Fault.Data(
                $"the tokens are of the tokenizer {digest ?? "(none)"}, the model's is {tokenizerDigest}",
                folder,
                "convert the episodes again with the model's tokenizer, or name the model of these transitions"
            );
}
