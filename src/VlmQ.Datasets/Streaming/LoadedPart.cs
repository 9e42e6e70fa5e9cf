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

    /// <summary>Takes the row groups out: they live on as long as somebody has their slots.</summary>
    /// <param name="forgotten">Gets their slots.</param>
    public void Forget(List<GroupSlot> forgotten)
    {
        foreach (GroupSlot? slot in _groups)
        {
            if (slot is not null)
            {
                forgotten.Add(slot);
            }
        }
        Array.Clear(_groups);
    }
}
