using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Dataflow;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Importing.Chat;
using VlmQ.Datasets.Importing.Flat;
using VlmQ.Datasets.Importing.Pictures;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Importing;

/// <summary>
/// What other tools wrote becomes a dataset of episodes: read, then make episodes in parallel and in order, then write. The output's
/// bytes depend on the files, the pictures that they name and the options alone, not on the workers or on interruptions.
/// </summary>
public static class EpisodeImport
{
    private const int ShownRejects = 5;
    private const int MagicBytes = 4;

    /// <summary>Imports; on a folder that an earlier run left unfinished, goes on after its last whole part.</summary>
    /// <param name="files">The files, in order; at least one.</param>
    /// <param name="target">The dataset's folder; not touched before the first episode is made.</param>
    /// <param name="options">The options.</param>
    /// <param name="monitor">Lets the caller watch the stages <c>read</c>, <c>import</c> and <c>write</c>; items are episodes.</param>
    /// <param name="cancellationToken">Stops it; what is committed stays.</param>
    /// <returns>
    /// What it came to; or the fault of a damaged file, of an option that is needed (rewards that are missing, say), or of not one episode
    /// that can be used. An episode that cannot be used goes to <c>rejects.jsonl</c>.
    /// </returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<Result<ImportSummary>> RunAsync(
        ImmutableArray<string> files,
        string target,
        ImportOptions options,
        FlowMonitor? monitor = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            (ImportFormat format, IImportSource source) = Open(files, options).OrThrow();
            DatasetHeader header = await HeaderOf(source, format, options, cancellationToken).ConfigureAwait(false);
            await using ImportTarget written = await ImportTarget
                .OpenAsync(target, header, options.Writer, cancellationToken)
                .ConfigureAwait(false);
            if (!written.IsDone)
            {
                await FlowAsync(source, options, written.Consumed, WriteAsync, monitor, cancellationToken).ConfigureAwait(false);
            }
            DatasetManifest? manifest = await written.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return manifest is { Episodes: > 0 }
                ? new ImportSummary(manifest, target, format, written.FirstReject)
                : NothingUsable(written.Rejects, written.FirstReject, files[0]);

            ValueTask WriteAsync(Built item, CancellationToken token)
            {
                written.See(item.Pictures);
                if (item.Episode is Result<StoredEpisode>.Ok ok)
                {
                    return written.WriteAsync(ok.Value, token);
                }
                if (item.Episode is not null)
                {
                    written.Reject(RejectOf(item));
                }
                return ValueTask.CompletedTask;
            }
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return Fault.External($"reading or writing failed: {exception.Reason()}", target, "mend that and run the same command again");
        }
    }

    /// <summary>Reads everything and writes nothing.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<Result<ImportPlan>> PlanAsync(
        ImmutableArray<string> files,
        ImportOptions options,
        FlowMonitor? monitor = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            (ImportFormat format, IImportSource source) = Open(files, options).OrThrow();
            (long episodes, long turns, long rejects) = (0, 0, 0);
            List<Reject> first = [];
            await FlowAsync(source, options, 0, CountAsync, monitor, cancellationToken).ConfigureAwait(false);
            return episodes > 0
                ? new ImportPlan(format, episodes, turns, rejects, [.. first])
                : NothingUsable(rejects, first.FirstOrDefault(), files[0]);

            ValueTask CountAsync(Built item, CancellationToken token)
            {
                if (item.Episode is Result<StoredEpisode>.Ok ok)
                {
                    episodes++;
                    turns += ok.Value.Turns.Length;
                }
                else if (++rejects <= ShownRejects)
                {
                    first.Add(RejectOf(item));
                }
                return ValueTask.CompletedTask;
            }
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return Fault.External($"reading failed: {exception.Reason()}", files[0], "mend that and run the same command again");
        }
    }

    private static Result<(ImportFormat Format, IImportSource Source)> Open(ImmutableArray<string> files, ImportOptions options)
    {
        options.Validate();
        foreach (string file in files)
        {
            if (Directory.Exists(file))
            {
                return Fault.Configuration("it is a folder", file, "name the files in it, such as 'folder/*.jsonl'");
            }
            if (!File.Exists(file))
            {
                return Fault.Data("there is no such file", file, "name JSONL, JSON or Parquet files");
            }
            if (!IsReadAgain(file))
            {
                return Fault.Configuration(
                    "it is no file that can be read more than once",
                    file,
                    "write what comes through the pipe to a file"
                );
            }
        }
        if (options.ImageRoot is { } root && !Directory.Exists(root))
        {
            return Fault.Configuration("there is no such folder of pictures", root, "mend --image-root");
        }
        // Who gives a map means tables, whatever is left of the file.
        ImportFormat? meant = options.Format ?? (options.Map is null ? null : ImportFormat.Parquet);
        Result<ImportFormat> format = meant is { } known ? known : FormatOf(files[0]);
        return format.Bind(found =>
            (
                found == ImportFormat.Parquet
                    ? FlatSource.Create(files, options)
                    : new Result<IImportSource>.Ok(new ChatSource(files, found, options))
            ).Map(source => (found, source))
        );
    }

    // A file is read for its form, for its digest and for its episodes.
    private static bool IsReadAgain(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return stream.CanSeek;
    }

    private static Result<ImportFormat> FormatOf(string file)
    {
        Span<byte> start = stackalloc byte[MagicBytes];
        using (FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        {
            start = start[..stream.ReadAtLeast(start, MagicBytes, throwOnEndOfStream: false)];
        }
        return start.SequenceEqual("PAR1"u8) ? ImportFormat.Parquet : ChatSource.FormatOf(file);
    }

    private static async Task FlowAsync(
        IImportSource source,
        ImportOptions options,
        long skip,
        Func<Built, CancellationToken, ValueTask> write,
        FlowMonitor? monitor,
        CancellationToken cancellationToken
    )
    {
        EpisodeBuilder builder = new(options);
        Result<FlowReport> ran = await Source
            .From(NumberedAsync(source, cancellationToken), "read", capacity: options.Workers)
            .ParallelMap(
                options.Workers,
                numbered => Build(numbered.Item, numbered.Number < skip ? null : builder),
                "import",
                capacity: options.Workers
            )
            .To(Sink.ForEach<Built>((item, token) => write(item, token), "write"))
            .RunAsync(cancellationToken, monitor)
            .ConfigureAwait(false);
        ran.OrThrow();
    }

    private static async IAsyncEnumerable<(ImportItem Item, long Number)> NumberedAsync(
        IImportSource source,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        long number = 0;
        await foreach (ImportItem item in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return (item, number++);
        }
    }

    // Of an episode that an earlier run has dealt with, there is no builder, and only the pictures are looked at.
    private static Built Build(ImportItem item, EpisodeBuilder? builder)
    {
        Dictionary<string, string> digests = [];
        Result<EpisodeDraft> draft = item.Draft();
        Result<StoredEpisode>? episode = builder is null
            ? null
            : Decided(draft.Bind(told => builder.Build(told, item.Pictures.Noting(digests))));
        return new Built(
            item.Id,
            episode,
            draft is Result<EpisodeDraft>.Ok ok ? NamedPictures.DigestOf(ok.Value, item.Pictures, digests) : null
        );
    }

    // What an option can mend stops the import: the user decides once for all episodes, not the program for each.
    private static Result<StoredEpisode> Decided(Result<StoredEpisode> built) =>
        built is Result<StoredEpisode>.Failed { Fault: { Kind: not FaultKind.Data } fault } ? throw new FaultException(fault) : built;

    private static Reject RejectOf(Built item) => new(item.Id, ((Result<StoredEpisode>.Failed)item.Episode!).Fault);

    private static Fault NothingUsable(long rejects, Reject? first, string file) =>
        first is null && rejects == 0 ? Fault.Data("there is no episode in it", file)
        : rejects == 1 && first is not null ? first.Fault
        : first is null ? Fault.Data($"none of its {rejects} episodes could be used", file, $"see why in {Reject.FileName}")
        : Fault.Data($"none of its {rejects} episodes could be used; the first: {first.Fault.What}", first.Fault.Where, first.Fault.Remedy);

    private static async Task<DatasetHeader> HeaderOf(
        IImportSource source,
        ImportFormat format,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        List<string> digests = [];
        foreach (string file in source.Files)
        {
            await using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            digests.Add(
                Path.GetFileName(file)
                    + ' '
                    + await Task.Run(() => Digest.Of(stream, cancellationToken), cancellationToken).ConfigureAwait(false)
            );
        }
        string name = format.ToString().ToLowerInvariant();
        return new DatasetHeader
        {
            Title = "Imported episodes",
            Digests = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                new Dictionary<string, string>
                {
                    [DigestNames.Source] = Digest.Of(string.Join('\n', digests)),
                    [DigestNames.Config] = Digest.Of(string.Create(CultureInfo.InvariantCulture, $"{name}\n{options.Describe()}")),
                }
            ),
            Properties = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("imported_from", name)]),
        };
    }

    private sealed record Built(string Id, Result<StoredEpisode>? Episode, string? Pictures);
}
