using System.Collections.Frozen;
using VlmQ.Core.Environments.GymCards.Formulas;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.GymCards.Drawing;

/// <summary>The tokens of a formula in white on the cloth, drawn once.</summary>
internal sealed class TokenSprites
{
    // The built-in font reaches from the ascender line to 0.25 of an em below the baseline, which lies 0.93 of an em below it.
    private const double LineHeight = 1.25;

    private readonly FrozenDictionary<string, RgbImage> _sprites;
    private readonly FrozenDictionary<string, double> _advances;

    /// <param name="size">Pixels an em.</param>
    public TokenSprites(double size)
    {
        string[] tokens = [.. FormulaRules.Numbers, "+", "-", "*", "/", "(", ")", FormulaState.Blank];
        double space = Canvas.MeasureText(" ", size);
        _advances = tokens.ToFrozenDictionary(token => token, token => Canvas.MeasureText(token, size) + space);
        _sprites = tokens.ToFrozenDictionary(
            token => token,
            token =>
                new Canvas((int)Math.Ceiling(_advances[token]), (int)Math.Ceiling(LineHeight * size), CardDrawing.Table)
                    .DrawText(token, 0, 0, size, RgbColor.White)
                    .TakeImage()
        );
    }

    /// <summary>Draws a token and the space after it.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="token">The token.</param>
    /// <param name="pen">Where it begins.</param>
    /// <param name="top">The ascender line.</param>
    /// <returns>Where the next one begins.</returns>
    public double Draw(Canvas canvas, string token, double pen, int top)
    {
        if (pen < canvas.Width)
        {
            canvas.DrawImage(_sprites[token], (int)Math.Round(pen), top);
        }
        return pen + _advances[token];
    }
}
