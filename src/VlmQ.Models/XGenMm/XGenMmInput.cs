using System.Collections.Immutable;
using VlmQ.Models.Sequences;
using static TorchSharp.torch;

namespace VlmQ.Models.XGenMm;

/// <summary>Rows of turns as <see cref="XGenMmModel"/> reads them.</summary>
public sealed class XGenMmInput : TurnInput
{
    /// <param name="patches">See <see cref="Patches"/>; owned from now on.</param>
    /// <param name="layouts">One a picture.</param>
    /// <param name="sequence">Where text and pictures lie in the rows.</param>
    public XGenMmInput(Tensor patches, ImmutableArray<ViewLayout> layouts, SequenceLayout sequence)
    {
        Patches = patches;
        Layouts = layouts;
        Sequence = sequence;
    }

    /// <summary>
    /// <c>[views, patches of a view, 3·side²]</c>: the views of all pictures, one picture after the other, on the model's device.
    /// </summary>
    public Tensor Patches { get; }

    /// <summary>One a picture, in the order in which rows show them.</summary>
    public ImmutableArray<ViewLayout> Layouts { get; }

    /// <summary>Where text and pictures lie in the rows.</summary>
    public SequenceLayout Sequence { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Patches.Dispose();
}
