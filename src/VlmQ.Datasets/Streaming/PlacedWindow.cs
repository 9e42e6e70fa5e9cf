using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>A window of a step, whose row group need not be read yet.</summary>
/// <param name="Source">The dataset, by position in the stream.</param>
/// <param name="Window">The window.</param>
/// <param name="Block">The block that it is of.</param>
/// <param name="Slot">Its row group's place in memory.</param>
internal readonly record struct PlacedWindow(int Source, Window Window, OpenBlock Block, GroupSlot Slot)
{
    /// <summary>The windows' order in the data: by dataset, then by place.</summary>
    public static int ComparePlaces(PlacedWindow a, PlacedWindow b) =>
        a.Source != b.Source ? a.Source.CompareTo(b.Source) : Window.ComparePlaces(a.Window, b.Window);

    /// <summary>The row group; it is read if nobody did.</summary>
    public ValueTask<LoadedGroup> ReadAsync(CancellationToken cancellationToken) => Block.ReadAsync(Window, Slot, cancellationToken);
}
