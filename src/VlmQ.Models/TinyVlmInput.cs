using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// Rows of turns as <see cref="TinyVlm"/> reads them: pictures cut and scaled, text without the placeholder, prompt and reply in one.
/// </summary>
public sealed class TinyVlmInput : TurnInput
{
    /// <param name="pixels">The pictures' patches, rows first; owned from now on.</param>
    /// <param name="ids"><c>[rows, T]</c> int64, see <see cref="TurnText.Ids"/>; owned from now on.</param>
    /// <param name="text">How the text is laid out.</param>
    public TinyVlmInput(Tensor pixels, Tensor ids, TurnText text)
    {
        Pixels = pixels;
        Ids = ids;
        Text = text;
    }

    /// <summary>The pictures' patches, <c>[rows, patches, patch width]</c>.</summary>
    public Tensor Pixels { get; }

    /// <summary><c>[rows, T]</c> int64, on the model's device.</summary>
    public Tensor Ids { get; }

    /// <summary>How the text is laid out.</summary>
    public TurnText Text { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Pixels.Dispose();
        Ids.Dispose();
    }
}
