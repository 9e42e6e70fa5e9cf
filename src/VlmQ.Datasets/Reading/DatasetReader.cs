using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Reading;

/// <summary>Reads a dataset, one row group in memory at a time. Safe from several threads.</summary>
/// <typeparam name="TEpisode">A whole episode in memory.</typeparam>
public sealed class DatasetReader<TEpisode>
{
    private readonly IDatasetFiles _files;
    private readonly IEpisodeCodec<TEpisode> _codec;
    private readonly bool[] _verified;
    private readonly bool _verify;

    private DatasetReader(IDatasetFiles files, IEpisodeCodec<TEpisode> codec, DatasetManifest manifest, bool verify)
    {
        _files = files;
        _codec = codec;
        Manifest = manifest;
        _verify = verify;
        _verified = new bool[manifest.Parts.Length];
    }

    /// <summary>What the dataset holds, as of when it was opened.</summary>
    public DatasetManifest Manifest { get; }

    /// <summary>The folder.</summary>
    public string Folder => _files.Folder;

    internal static Result<DatasetReader<TEpisode>> Open(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        DatasetReaderOptions options
    ) =>
        ManifestFile
            .Open(files)
            .Bind<DatasetReader<TEpisode>>(manifest =>
            {
                string where = Path.Combine(files.Folder, DatasetManifest.FileName);
                if (manifest.Kind != codec.Kind)
                {
                    return Fault.Data(
                        $"the dataset is {manifest.Format}, not {DatasetManifest.NameOf(codec.Kind)}",
                        where,
                        codec.Kind == DatasetKind.Transitions ? "convert it first: vlmq convert" : "name a dataset of episodes"
                    );
                }
                if (!manifest.Complete && !options.AllowIncomplete)
                {
                    return Fault.Data(
                        "the dataset is not complete",
                        where,
                        "run the command that makes it again: it goes on where it stopped"
                    );
                }
                return new DatasetReader<TEpisode>(files, codec, manifest, options.Verify);
            });

    /// <summary>The dataset as it is now, after a writer added parts.</summary>
    /// <returns>A reader, or the fault of a dataset that lost a part or has another in its place.</returns>
    public Result<DatasetReader<TEpisode>> Refresh() =>
        ManifestFile
            .Open(_files)
            .Bind<DatasetReader<TEpisode>>(now =>
            {
                string where = Path.Combine(Folder, DatasetManifest.FileName);
                const string Remedy = "a dataset that is followed may only gain parts: begin again, from the start";
                if (now.Kind != Manifest.Kind)
                {
                    return Fault.Data($"the dataset is {now.Format} now, and was {Manifest.Format}", where, Remedy);
                }
                for (int i = 0; i < Manifest.Parts.Length; i++)
                {
                    if (i >= now.Parts.Length || now.Parts[i] != Manifest.Parts[i])
                    {
                        string what = i >= now.Parts.Length ? "is no longer listed" : "is another than when reading began";
                        return Fault.Data($"{Manifest.Parts[i].File} {what}", where, Remedy);
                    }
                }
                DatasetReader<TEpisode> reader = new(_files, _codec, now, _verify);
                _verified.CopyTo(reader._verified, 0);
                return reader;
            });

    /// <summary>The episodes in order.</summary>
    /// <param name="skip">Episodes to leave out at the beginning.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="FaultException">A part or a row is not what it must be.</exception>
    public async IAsyncEnumerable<TEpisode> ReadAsync(long skip = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ReadEpisode<TEpisode> read in ReadResultsAsync(skip, cancellationToken).ConfigureAwait(false))
        {
            yield return read.Episode.OrThrow();
        }
    }

    /// <summary>The episodes in order; one whose rows break the format's rules is a fault, and the next one follows.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    /// <exception cref="FaultException">A part is missing, truncated or damaged.</exception>
    public async IAsyncEnumerable<ReadEpisode<TEpisode>> ReadResultsAsync(
        long skip = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        for (int part = 0; part < Manifest.Parts.Length; part++)
        {
            if (skip >= Manifest.Parts[part].Episodes)
            {
                skip -= Manifest.Parts[part].Episodes;
                continue;
            }
            await using PartReader reader = await OpenPartAsync(part, cancellationToken).ConfigureAwait(false);
            long firstRow = 0;
            for (int group = 0; group < reader.Groups; group++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ImmutableArray<ReadEpisode<TEpisode>> episodes = await reader
                    .ReadGroupAsync(group, firstRow, columns => _codec.ReadAsync(columns, cancellationToken))
                    .ConfigureAwait(false);
                firstRow += reader.RowsOf(group);
                foreach (ReadEpisode<TEpisode> episode in episodes)
                {
                    if (skip-- > 0)
                    {
                        continue;
                    }
                    yield return episode;
                }
            }
        }
    }

    /// <summary>
    /// Opens a part, to read row groups of it in any order. Nobody holds its bytes against its digest until <see cref="Verify"/> is called.
    /// </summary>
    /// <param name="part">The part, by position in the manifest.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FaultException">The part is missing, truncated or damaged.</exception>
    internal async Task<DatasetPart<TEpisode>> OpenUnverifiedAsync(int part, CancellationToken cancellationToken)
    {
        PartReader reader = await OpenReaderAsync(part, cancellationToken).ConfigureAwait(false);
        PartEntry entry = Manifest.Parts[part];
        return new DatasetPart<TEpisode>(reader, _codec, entry, Path.Combine(Folder, entry.File));
    }

    /// <summary>The different texts of a column, in ordinal order; reads that column alone.</summary>
    /// <exception cref="FaultException">A part is not what it must be.</exception>
    public async Task<ImmutableSortedSet<string>> TextsAsync(string column, CancellationToken cancellationToken = default)
    {
        ImmutableSortedSet<string>.Builder texts = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        Func<RowGroupColumns, Task<string?[]>> read = columns => columns.ReadTextAsync(column, cancellationToken);
        await foreach (string?[] values in ReadColumnsAsync(read, cancellationToken).ConfigureAwait(false))
        {
            texts.UnionWith(values.OfType<string>());
        }
        return texts.ToImmutable();
    }

    /// <summary>What is read of the columns of each row group, in order; reads no other columns.</summary>
    /// <exception cref="FaultException">A part is not what it must be.</exception>
    internal async IAsyncEnumerable<T> ReadColumnsAsync<T>(
        Func<RowGroupColumns, Task<T>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        for (int part = 0; part < Manifest.Parts.Length; part++)
        {
            await using PartReader reader = await OpenPartAsync(part, cancellationToken).ConfigureAwait(false);
            for (int group = 0; group < reader.Groups; group++)
            {
                yield return await reader.ReadGroupAsync(group, 0, read).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Holds a part against its SHA-256, once, if that was asked for.</summary>
    /// <exception cref="FaultException">The part is missing or damaged.</exception>
    internal void Verify(int part, CancellationToken cancellationToken)
    {
        if (_verify && !_files.ChecksParts && !Volatile.Read(ref _verified[part]))
        {
            if (ManifestFile.CheckHash(_files, Manifest.Parts[part], cancellationToken) is { } fault)
            {
                throw new FaultException(fault);
            }
            Volatile.Write(ref _verified[part], true);
        }
    }

    private Task<PartReader> OpenPartAsync(int part, CancellationToken cancellationToken)
    {
        Verify(part, cancellationToken);
        return OpenReaderAsync(part, cancellationToken);
    }

    private Task<PartReader> OpenReaderAsync(int part, CancellationToken cancellationToken)
    {
        PartEntry entry = Manifest.Parts[part];
        return PartReader.OpenAsync(
            Path.Combine(Folder, entry.File),
            () => _files.OpenPartAsync(entry, cancellationToken),
            cancellationToken
        );
    }
}
