namespace VlmQ.Datasets.Streaming;

/// <summary>Where a row group is in memory, once it is read. Two readers may set it at once: both have the same rows.</summary>
internal sealed class GroupSlot
{
    private LoadedGroup? _group;

    public LoadedGroup? Group
    {
        get => Volatile.Read(ref _group);
        set => Volatile.Write(ref _group, value);
    }
}
