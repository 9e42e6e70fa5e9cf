using System.Collections.Immutable;

namespace VlmQ.Datasets.Streaming;

/// <summary>What is in memory of a part.</summary>
/// <param name="turns">For each row group, how many turns each of its episodes has.</param>
internal sealed class LoadedPart(ImmutableArray<ImmutableArray<int>> turns)
{
    private readonly GroupSlot?[] _groups = new GroupSlot?[turns.Length];

    /// <summary>For each row group, how many turns each of its episodes has.</summary>
    public ImmutableArray<ImmutableArray<int>> Turns { get; } = turns;

    /// <summary>A row group's place in memory.</summary>
    public GroupSlot this[int group] =>
        Volatile.Read(ref _groups[group])
        ?? Interlocked.CompareExchange(ref _groups[group], new GroupSlot(), null)
        ?? Volatile.Read(ref _groups[group])!;

    /// <summary>Lets go of the row groups: they live as long as somebody has their slots.</summary>
    public void Forget() => Array.Clear(_groups);
}
