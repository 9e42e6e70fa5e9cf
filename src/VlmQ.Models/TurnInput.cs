using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// Rows of turns as a model reads them: pictures already cut and scaled, text without the placeholder, prompt and reply in one.
/// </summary>
public sealed class TurnInput : IDisposable
{
    /// <param name="pixels">The pictures in the model's own layout, rows first; owned from now on.</param>
    /// <param name="ids"><c>[rows, T]</c> int64, see <see cref="TurnText.Ids"/>; owned from now on.</param>
    /// <param name="text">How the text is laid out.</param>
    public TurnInput(Tensor pixels, Tensor ids, TurnText text)
    {
        Pixels = pixels;
        Ids = ids;
        Text = text;
    }

    /// <summary>The pictures in the model's own layout, rows first.</summary>
    public Tensor Pixels { get; }

    /// <summary><c>[rows, T]</c> int64, on the model's device.</summary>
    public Tensor Ids { get; }

    /// <summary>How the text is laid out.</summary>
    public TurnText Text { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pixels.Dispose();
        Ids.Dispose();
    }
}
