using System.Collections.Immutable;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>A row group in memory; if it stays there, its pictures are decoded once.</summary>
internal sealed class LoadedGroup
{
    private readonly byte[]?[][]? _decoded;

    public LoadedGroup(ImmutableArray<TransitionEpisode> episodes, bool keepDecoded)
    {
        Episodes = episodes;
        _decoded = keepDecoded ? [.. episodes.Select(episode => new byte[]?[episode.Rows.Length])] : null;
    }

    /// <summary>The episodes in row order.</summary>
    public ImmutableArray<TransitionEpisode> Episodes { get; }

    /// <summary>A row's decoded picture, if it was kept.</summary>
    public byte[]? DecodedOf(int episode, int row) => _decoded is null ? null : Volatile.Read(ref _decoded[episode][row]);

    /// <summary>
    /// Keeps a copy of a row's decoded picture, if pictures are kept. Two workers may do it at once: both have the same bytes.
    /// </summary>
    public void Keep(int episode, int row, ReadOnlySpan<byte> pixels)
    {
        if (_decoded is not null)
        {
            Volatile.Write(ref _decoded[episode][row], pixels.ToArray());
        }
    }
}
