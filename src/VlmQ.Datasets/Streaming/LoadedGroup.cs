using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>
/// A row group in memory, column by column; if it stays there, its pictures are decoded once. Whoever reads from it holds it: when the last
/// one lets go, its memory goes back to the pool.
/// </summary>
internal sealed class LoadedGroup
{
    private readonly List<(int First, int End)> _episodes;
    private readonly GroupMemoryPool _pool;
    private readonly GroupMemory _memory;
    private readonly byte[]?[]? _decoded;
    private int _holders = 1;

    private LoadedGroup(TransitionTable rows, GroupMemoryPool pool, GroupMemory memory, bool keepDecoded)
    {
        _pool = pool;
        Rows = rows;
        _memory = memory;
        _episodes = rows.SoundEpisodes();
        _decoded = keepDecoded ? new byte[]?[rows.Group.Rows] : null;
    }

    /// <summary>Reads a row group; whoever does is its first holder.</summary>
    /// <param name="part">The part.</param>
    /// <param name="group">The row group, from 0.</param>
    /// <param name="pool">Has the memory that it is read into.</param>
    /// <param name="keepDecoded">Whether decoded pictures are kept.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="Core.Episodes.FaultException">It cannot be read, or a row breaks the format's rules.</exception>
    public static Task<LoadedGroup> ReadAsync(
        DatasetPart<TransitionEpisode> part,
        int group,
        GroupMemoryPool pool,
        bool keepDecoded,
        CancellationToken cancellation
    )
    {
        GroupMemory memory = pool.Take();
        return part.ReadGroupAsync(
            group,
            async columns =>
            {
                var pictures = await columns.CopyBytesAsync(ImageColumn.Bytes, cancellation).ConfigureAwait(false);
                TransitionTable rows = await TransitionTable.ReadAsync(columns, pictures, cancellation).ConfigureAwait(false);
                return new LoadedGroup(rows, pool, memory, keepDecoded);
            },
            memory
        );
    }

    /// <summary>The rows.</summary>
    public TransitionTable Rows { get; }

    /// <summary>Number of episodes.</summary>
    public int Episodes => _episodes.Count;

    /// <summary>First row of an episode and the one after its last, the final observation's included.</summary>
    public (int First, int End) RowsOf(int episode) => _episodes[episode];

    /// <summary>One more reader.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>A reader is done.</summary>
    public void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _pool.Return(_memory);
        }
    }

    /// <summary>A row's decoded picture, if it was kept.</summary>
    public byte[]? DecodedOf(int row) => _decoded is null ? null : Volatile.Read(ref _decoded[row]);

    /// <summary>
    /// Keeps a copy of a row's decoded picture, if pictures are kept. Two workers may do it at once: both have the same bytes.
    /// </summary>
    public void Keep(int row, ReadOnlySpan<byte> pixels)
    {
        if (_decoded is not null)
        {
            Volatile.Write(ref _decoded[row], pixels.ToArray());
        }
    }
}
