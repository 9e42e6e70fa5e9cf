using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Parquet;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;

namespace VlmQ.Datasets.Salvage;

/// <summary>
/// Reads a part that has lost its footer, as one does whose end was cut off: finds its row groups by their pages, up to the first that is
/// not whole. Columns are stored one after the other, so of a row group that is cut, no row is whole. One row group is in memory.
/// </summary>
internal static class CutPart
{
    private const int MagicLength = 4;

    // No page says how it is compressed. What this program writes comes first.
    private static readonly ImmutableArray<CompressionMethod> Compressions =
    [
        CompressionMethod.Zstd,
        CompressionMethod.None,
        CompressionMethod.Snappy,
        CompressionMethod.Gzip,
        CompressionMethod.Brotli,
        CompressionMethod.Lz4Raw,
    ];

    /// <summary>The row groups in order, and last, where rows are missing, why no more were found.</summary>
    /// <param name="stream">The part, seekable; stays open.</param>
    /// <param name="path">The part, for messages.</param>
    /// <param name="codec">The format.</param>
    /// <param name="part">What the manifest says of it.</param>
    /// <param name="cause">Why it cannot be read by its footer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async IAsyncEnumerable<ReadGroup<TEpisode>> GroupsAsync<TEpisode>(
        Stream stream,
        string path,
        IEpisodeCodec<TEpisode> codec,
        PartEntry part,
        Fault cause,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        PageFile file = new(stream);
        RebuiltFile rebuilt = await RebuiltFile.OfAsync(codec.Schema, cancellationToken).ConfigureAwait(false);
        GroupFinder finder = await GroupFinder.OfAsync(file, rebuilt.Columns, cancellationToken).ConfigureAwait(false);
        ImmutableArray<CompressionMethod> compressions = Compressions;
        long end = MagicLength;
        long rows = 0;
        int groups = 0;
        string ending;
        while (true)
        {
            (GroupLayout? layout, CompressionMethod compression, ending) = await FindAsync(
                    finder,
                    end,
                    part.Rows - rows,
                    compressions,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (layout is null)
            {
                break;
            }
            compressions = [compression];
            yield return await ReadAsync(rebuilt.With(stream, layout, compression), path, codec, layout, groups, rows, cancellationToken)
                .ConfigureAwait(false);
            end = layout.End;
            rows += layout.Rows;
            groups++;
        }
        if (rows < part.Rows)
        {
            string what =
                $"{cause.What}; by their pages {groups} row groups were found, and from byte {end} of {file.Length} on no whole one: {ending}";
            yield return new ReadGroup<TEpisode>(-1, rows, part.Rows - rows, Fault.Data(what, path))
            {
                Bytes = Math.Max(0, part.Bytes - end),
            };
        }
    }

    private static async Task<(GroupLayout? Layout, CompressionMethod Compression, string Ending)> FindAsync(
        GroupFinder finder,
        long start,
        long mostRows,
        ImmutableArray<CompressionMethod> compressions,
        CancellationToken cancellationToken
    )
    {
        string ending = "";
        foreach (CompressionMethod compression in compressions)
        {
            try
            {
                GroupLayout layout = await finder.FindAsync(start, mostRows, compression, cancellationToken).ConfigureAwait(false);
                return (layout, compression, "");
            }
            catch (InvalidDataException exception)
            {
                // What the usual compression comes to tells most.
                ending = ending.Length == 0 ? exception.Reason() : ending;
            }
        }
        return (null, default, ending);
    }

    private static async Task<ReadGroup<TEpisode>> ReadAsync<TEpisode>(
        Stream file,
        string path,
        IEpisodeCodec<TEpisode> codec,
        GroupLayout layout,
        int group,
        long firstRow,
        CancellationToken cancellationToken
    )
    {
        Result<ImmutableArray<ReadEpisode<TEpisode>>> episodes;
        try
        {
            await using PartReader reader = await PartReader
                .OpenAsync(path, () => ValueTask.FromResult(file), cancellationToken)
                .ConfigureAwait(false);
            episodes = await reader
                .ReadGroupAsync(0, firstRow, columns => codec.ReadAsync(columns, cancellationToken))
                .ConfigureAwait(false);
        }
        catch (FaultException exception) when (exception.Fault.Kind == FaultKind.Data)
        {
            episodes = exception.Fault;
        }
        return new ReadGroup<TEpisode>(group, firstRow, layout.Rows, episodes) { Bytes = layout.End - layout.Start };
    }
}
