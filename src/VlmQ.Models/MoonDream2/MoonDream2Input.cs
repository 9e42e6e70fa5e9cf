using VlmQ.Models.Sequences;
using static TorchSharp.torch;

namespace VlmQ.Models.MoonDream2;

/// <summary>Rows of turns as <see cref="MoonDream2Model"/> reads them.</summary>
internal sealed class MoonDream2Input : TurnInput
{
    /// <param name="layout">How text and images are laid out.</param>
    /// <param name="pictures">The distinct pictures that rows show; owned from now on.</param>
    /// <param name="pictureOfRow"><c>[rows]</c>: which picture a row shows; −1: none.</param>
    public MoonDream2Input(SequenceLayout layout, IReadOnlyList<PreparedPicture> pictures, int[] pictureOfRow)
    {
        Layout = layout;
        Pictures = pictures;
        PictureOfRow = pictureOfRow;
    }

    /// <summary>How text and images are laid out.</summary>
    public SequenceLayout Layout { get; }

    /// <summary>The distinct pictures that rows show.</summary>
    public IReadOnlyList<PreparedPicture> Pictures { get; }

    /// <summary><c>[rows]</c>: which picture a row shows; −1: none.</summary>
    public int[] PictureOfRow { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (PreparedPicture picture in Pictures)
        {
            picture.Values.Dispose();
        }
    }
}

/// <summary>A picture's views, or already what the vision encoder makes of them.</summary>
internal abstract record PreparedPicture(Tensor Values)
{
    /// <summary>The views: <c>[1 + rows·columns, 3, size, size]</c>, the whole picture first; or it alone where the grid is 0×0.</summary>
    public sealed record Views(Tensor Values, int Rows, int Columns) : PreparedPicture(Values);

    /// <summary>What goes into the projection: <c>[image tokens, 2·vision width]</c>.</summary>
    public sealed record Features(Tensor Values) : PreparedPicture(Values);
}
