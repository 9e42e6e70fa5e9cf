using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Salvage;

/// <summary>
/// Finds the row groups of a part without its footer. A row group is a chunk of pages for each column of the schema, in order, and
/// pages say how many values they have, but not of which column. Still nothing is guessed:
/// <list type="bullet">
/// <item>Both formats begin with <c>episode_id</c>, text that is never empty, and <c>turn</c>, 32-bit integers without nulls. A page of
/// <c>turn</c> is plain and has exactly four bytes a value; one of <c>episode_id</c> refers to a dictionary, or is plain and has five
/// bytes a value at least. So the first pages count the row group's rows.</item>
/// <item>A column without lists has one value or null a row: its chunk ends where its pages have as many as there are rows.</item>
/// <item>Pages begin where rows begin; so a column of lists ends with the page in which its levels complete the rows. They are decoded
/// to see that.</item>
/// </list>
/// </summary>
internal sealed class GroupFinder
{
    // As many rows as a footer is believed to have.
    private const long MostRows = int.MaxValue / 2;

    // A page of lists holds a mebibyte before compression, and a row group eight. So many take an episode of 16 million tokens.
    private const int MostListPages = 64;

    private readonly PageFile _file;
    private readonly RebuiltFile _lists;
    private readonly ImmutableArray<SalvageColumn> _columns;

    private GroupFinder(PageFile file, RebuiltFile lists, ImmutableArray<SalvageColumn> columns)
    {
        _file = file;
        _lists = lists;
        _columns = columns;
    }

    /// <summary>Prepares to find row groups.</summary>
    public static async Task<GroupFinder> OfAsync(PageFile file, ImmutableArray<SalvageColumn> columns, CancellationToken cancellationToken)
    {
        // Levels are read, not values, and integers and floats are of the same length.
        ParquetSchema list = new(new ListField("values", new DataField<int>("element")));
        return new GroupFinder(file, await RebuiltFile.OfAsync(list, cancellationToken).ConfigureAwait(false), columns);
    }

    /// <summary>The row group that begins at an offset.</summary>
    /// <param name="start">The offset.</param>
    /// <param name="mostRows">Rows that it can have.</param>
    /// <param name="compression">What its pages are compressed with.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidDataException">There is no whole row group; the message says why, in lower case.</exception>
    public async Task<GroupLayout> FindAsync(long start, long mostRows, CompressionMethod compression, CancellationToken cancellationToken)
    {
        ImmutableArray<ChunkLayout>.Builder chunks = ImmutableArray.CreateBuilder<ChunkLayout>(_columns.Length);
        chunks.Add(await FirstAsync(start, cancellationToken).ConfigureAwait(false));
        long rows = chunks[0].Values;
        if (rows > Math.Min(mostRows, MostRows))
        {
            throw new InvalidDataException($"the row group has {rows} rows, and the manifest at most {mostRows} more");
        }
        for (int i = 1; i < _columns.Length; i++)
        {
            Task<ChunkLayout> finding = _columns[i].IsList
                ? ListsAsync(chunks[i - 1].End, rows, compression, cancellationToken)
                : FlatAsync(chunks[i - 1].End, rows, cancellationToken);
            try
            {
                chunks.Add(await finding.ConfigureAwait(false));
            }
            catch (InvalidDataException exception)
            {
                throw new InvalidDataException($"column {string.Join('/', _columns[i].Path)}: {exception.Reason()}", exception);
            }
        }
        return new GroupLayout(rows, chunks.MoveToImmutable());
    }

    private async Task<ChunkLayout> FirstAsync(long start, CancellationToken cancellationToken)
    {
        ChunkLayout chunk = new(start);
        while (true)
        {
            PageHeader page = await _file.PageAtAsync(chunk.End, cancellationToken).ConfigureAwait(false);
            if (chunk.DataPages > 0 && IsOfTurns(page))
            {
                return chunk;
            }
            chunk = chunk.With(page);
        }
    }

    private static bool IsOfTurns(PageHeader page) =>
        !page.IsDictionary && page.IsPlain && page.Uncompressed == (long)sizeof(int) * page.Values;

    private async Task<ChunkLayout> FlatAsync(long start, long rows, CancellationToken cancellationToken)
    {
        ChunkLayout chunk = new(start);
        while (chunk.Values < rows)
        {
            chunk = chunk.With(await _file.PageAtAsync(chunk.End, cancellationToken).ConfigureAwait(false));
        }
        return chunk.Values == rows
            ? chunk
            : throw new InvalidDataException($"its pages have {chunk.Values} values where the row group has {rows} rows");
    }

    private async Task<ChunkLayout> ListsAsync(long start, long rows, CompressionMethod compression, CancellationToken cancellationToken)
    {
        ChunkLayout chunk = new(start);
        while (chunk.DataPages < MostListPages)
        {
            chunk = chunk.With(await _file.PageAtAsync(chunk.End, cancellationToken).ConfigureAwait(false));
            // A list that is empty or null has one level and no bytes of values.
            if (chunk.Values > rows + (chunk.Uncompressed / sizeof(int)))
            {
                throw new InvalidDataException($"its pages claim {chunk.Values} values in {chunk.Uncompressed} bytes");
            }
            if (chunk.Values >= rows && await MakesRowsAsync(chunk, rows, compression, cancellationToken).ConfigureAwait(false))
            {
                return chunk;
            }
        }
        throw new InvalidDataException($"the first {MostListPages} of its pages do not make {rows} rows");
    }

    private async Task<bool> MakesRowsAsync(
        ChunkLayout chunk,
        long rows,
        CompressionMethod compression,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using Stream file = _lists.With(_file.Stream, new GroupLayout(rows, [chunk]), compression);
            await using ParquetReader reader = await ParquetReader.CreateAsync(file, null, true, cancellationToken).ConfigureAwait(false);
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
            int count = checked((int)chunk.Values);
            int[] repetitions = new int[count];
            await group
                .ReadRawAsync<int>(reader.Schema.DataFields[0], new int[count], new int[count], repetitions, cancellationToken)
                .ConfigureAwait(false);
            return repetitions[0] == 0 && repetitions.AsSpan().Count(0) == rows;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Bytes that are no such column can break a parser in any way; they are none, and that is the answer.
            return false;
        }
    }
}
