using System.Collections.Immutable;

namespace VlmQ.Datasets.Streaming;

/// <summary>What is in memory of a part.</summary>
/// <param name="turns">For each row group, how many turns each of its episodes has.</param>
internal sealed class LoadedPart(ImmutableArray<ImmutableArray<int>> turns)
{
    private readonly LoadedGroup?[] _groups = new LoadedGroup?[turns.Length];

    /// <summary>For each row group, how many turns each of its episodes has.</summary>
    public ImmutableArray<ImmutableArray<int>> Turns { get; } = turns;

    /// <summary>A row group, if it is in memory. Two readers may set it at once: both have the same rows.</summary>
    public LoadedGroup? this[int group]
    {
        get => Volatile.Read(ref _groups[group]);
        set => Volatile.Write(ref _groups[group], value);
    }

    /// <summary>Gives the row groups' memory back.</summary>
    public void Forget() => Array.Clear(_groups);
}
