using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Dataflow;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Conversion;

/// <summary>
/// A dataset of episodes becomes a dataset of transitions: read, then convert episodes in parallel and in order, then write. The
/// output's bytes depend on the source, the tokenizer and the options alone, not on the workers or on interruptions.
/// </summary>
public static class DatasetConversion
{
    /// <summary>Converts; on a folder that an earlier run left unfinished, goes on after its last whole part.</summary>
    /// <param name="source">The episodes' folder.</param>
    /// <param name="target">The transitions' folder.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="options">The options.</param>
    /// <param name="monitor">Lets the caller watch the stages <c>read</c>, <c>convert</c> and <c>write</c>; items are episodes.</param>
    /// <param name="cancellationToken">Stops it; what is committed stays.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<Result<ConversionSummary>> RunAsync(
        string source,
        string target,
        TextTokenizer tokenizer,
        ConversionOptions options,
        FlowMonitor? monitor = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            Prepared work = await PrepareAsync(source, tokenizer, options, cancellationToken).ConfigureAwait(false);
            await using DatasetWriter<TransitionEpisode> writer = TransitionDataset
                .OpenWriter(target, work.Header, options.Writer)
                .OrThrow();
            return await RunAsync(work.Reader, work.Converter, writer, target, options.Workers, monitor, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    /// <summary>What <see cref="RunAsync(string, string, TextTokenizer, ConversionOptions, FlowMonitor?, CancellationToken)"/> would do,
    /// or its fault before the first episode; nothing is written.</summary>
    public static async Task<Result<ConversionPlan>> PlanAsync(
        string source,
        string target,
        TextTokenizer tokenizer,
        ConversionOptions options,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            Prepared work = await PrepareAsync(source, tokenizer, options, cancellationToken).ConfigureAwait(false);
            DatasetManifest episodes = work.Reader.Manifest;
            return TransitionDataset
                .LookAtTarget(target, work.Header, options.Writer)
                .Map(there => new ConversionPlan(
                    source,
                    target,
                    episodes.Episodes,
                    episodes.Turns,
                    there?.Consumed ?? 0,
                    there?.Complete ?? false
                ));
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private static async Task<Prepared> PrepareAsync(
        string source,
        TextTokenizer tokenizer,
        ConversionOptions options,
        CancellationToken cancellationToken
    )
    {
        options.Validate();
        DatasetReader<StoredEpisode> reader = EpisodeDataset
            .OpenReader(source, new DatasetReaderOptions { AllowIncomplete = false }, cancellationToken)
            .OrThrow();
        ImmutableSortedSet<string> environments = await reader.TextsAsync("env", cancellationToken).ConfigureAwait(false);
        EpisodeConverter converter = EpisodeConverter.Create(environments, tokenizer, options).OrThrow();
        return new Prepared(reader, converter, HeaderOf(reader.Manifest, converter, tokenizer, options));
    }

    private static async Task<Result<ConversionSummary>> RunAsync(
        DatasetReader<StoredEpisode> reader,
        EpisodeConverter converter,
        DatasetWriter<TransitionEpisode> writer,
        string target,
        int workers,
        FlowMonitor? monitor,
        CancellationToken cancellationToken
    )
    {
        long resumed = writer.Consumed;
        if (writer.Manifest.Complete)
        {
            return await SummaryAsync(reader, writer.Manifest, target, resumed, cancellationToken).ConfigureAwait(false);
        }
        Result<FlowReport> ran = await Source
            .From(reader.ReadResultsAsync(resumed, cancellationToken), "read", capacity: workers)
            .ParallelMap(workers, item => new Converted(item.Id, item.Episode.Bind(converter.Convert)), "convert", capacity: workers)
            .To(Sink.ForEach<Converted>((item, token) => WriteAsync(writer, item, token), "write"))
            .RunAsync(cancellationToken, monitor)
            .ConfigureAwait(false);
        if (ran is Result<FlowReport>.Failed failed)
        {
            return failed.Fault;
        }
        DatasetManifest manifest = await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return await SummaryAsync(reader, manifest, target, resumed, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Result<ConversionSummary>> SummaryAsync(
        DatasetReader<StoredEpisode> source,
        DatasetManifest manifest,
        string target,
        long resumed,
        CancellationToken cancellationToken
    )
    {
        if (manifest.Parts.IsEmpty && manifest.Rejects > 0)
        {
            return Fault.Data(
                $"none of the {manifest.Rejects} episodes could be used",
                Path.Combine(target, Reject.FileName),
                "see why in that file"
            );
        }
        ImmutableArray<ReplyGroup> replies = await DatasetReplies.CountAsync(source, cancellationToken).ConfigureAwait(false);
        return new ConversionSummary(manifest, target, resumed, DatasetReplies.Total(replies));
    }

    private static ValueTask WriteAsync(DatasetWriter<TransitionEpisode> writer, Converted item, CancellationToken cancellationToken)
    {
        switch (item.Result)
        {
            case Result<TransitionEpisode>.Ok ok:
                return writer.WriteAsync(ok.Value, cancellationToken);
            case Result<TransitionEpisode>.Failed failed:
                writer.Reject(new Reject(item.Id, failed.Fault));
                return ValueTask.CompletedTask;
            default:
                throw new InvalidOperationException();
        }
    }

    private static DatasetHeader HeaderOf(
        DatasetManifest source,
        EpisodeConverter converter,
        TextTokenizer tokenizer,
        ConversionOptions options
    )
    {
        string imageSize = options.ImageSize is { } side ? string.Create(CultureInfo.InvariantCulture, $"{side}x{side}") : "keep";
        ImmutableSortedDictionary<string, string> properties = source
            .Properties.SetItem("image_size", imageSize)
            .SetItem("template", options.Prompts.Name)
            .SetItem("vocabulary", tokenizer.Count.ToString(CultureInfo.InvariantCulture));
        if (options.Prompts.Chat != ChatFormat.NoneName)
        {
            properties = properties.SetItem("chat", options.Prompts.Chat);
        }
        string config = string.Create(
            CultureInfo.InvariantCulture,
            $"image {imageSize}, prompts to {options.PromptLimit}, replies to {options.ReplyLimit}, pictures to {options.PixelLimit}"
        );
        return new DatasetHeader
        {
            Title = "Token transitions",
            Digests = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                new Dictionary<string, string>
                {
                    [DigestNames.Source] = source.ContentDigest(),
                    [DigestNames.Tokenizer] = tokenizer.Digest,
                    [DigestNames.Template] = converter.TemplateDigest,
                    [DigestNames.Config] = Digest.Of(config),
                }
            ),
            Properties = properties,
        };
    }

    private sealed record Prepared(DatasetReader<StoredEpisode> Reader, EpisodeConverter Converter, DatasetHeader Header);

    private sealed record Converted(string Id, Result<TransitionEpisode> Result);
}
