using System.Collections.Concurrent;

namespace VlmQ.Datasets.Columns;

/// <summary>Memory of row groups that were let go, for those to come: as many as were held at once. Safe from several threads.</summary>
internal sealed class GroupMemoryPool
{
    private readonly ConcurrentBag<GroupMemory> _free = [];

    /// <summary>Memory that nobody else has.</summary>
    public GroupMemory Take() => _free.TryTake(out GroupMemory? memory) ? memory : new GroupMemory();

    /// <summary>Gives memory back, which nobody may read any longer.</summary>
    public void Return(GroupMemory memory)
    {
        memory.Clear();
        _free.Add(memory);
    }
}
