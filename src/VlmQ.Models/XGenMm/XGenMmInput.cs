using VlmQ.Models.Sequences;
using static TorchSharp.torch;

namespace VlmQ.Models.XGenMm;

/// <summary>Rows of turns as <see cref="XGenMmModel"/> reads them.</summary>
internal sealed class XGenMmInput : TurnInput
{
    /// <param name="sequence">Where text and pictures lie in the rows.</param>
    /// <param name="pictures">The distinct pictures that rows show; owned from now on.</param>
    /// <param name="shown">Which of them is shown at each image's place, row after row.</param>
    public XGenMmInput(SequenceLayout sequence, IReadOnlyList<XGenMmPicture> pictures, IReadOnlyList<int> shown)
    {
        Sequence = sequence;
        Pictures = pictures;
        Shown = shown;
    }

    /// <summary>Where text and pictures lie in the rows.</summary>
    public SequenceLayout Sequence { get; }

    /// <summary>The distinct pictures that rows show.</summary>
    public IReadOnlyList<XGenMmPicture> Pictures { get; }

    /// <summary>Which of them is shown at each image's place, row after row.</summary>
    public IReadOnlyList<int> Shown { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (XGenMmPicture picture in Pictures)
        {
            picture.Values.Dispose();
        }
    }
}

/// <summary>A picture's views, or already what the vision tower makes of them.</summary>
/// <param name="Layout">The views.</param>
/// <param name="Values">On the model's device.</param>
internal abstract record XGenMmPicture(ViewLayout Layout, Tensor Values)
{
    /// <summary>Normalised patches, <c>[V, P, 3·side²]</c>.</summary>
    public sealed record Patches(ViewLayout Layout, Tensor Values) : XGenMmPicture(Layout, Values);

    /// <summary>The tower's features, <c>[V, P, D]</c>.</summary>
    public sealed record Features(ViewLayout Layout, Tensor Values) : XGenMmPicture(Layout, Values);
}
