using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.GymCards.Drawing;

/// <summary>
/// A card: its rank above its suit, both as large as they can be, since models see pictures of less than a hundred pixels.
/// </summary>
internal static class CardDrawing
{
    private static readonly RgbColor Border = new(150, 150, 150);
    private static readonly RgbColor Ivory = new(255, 240, 196);
    private static readonly RgbColor Red = new(205, 20, 40);
    private static readonly RgbColor Ink = new(15, 15, 20);
    private static readonly RgbColor Back = new(38, 62, 140);
    private static readonly RgbColor BackLine = new(190, 202, 235);

    /// <summary>The green cloth under the cards.</summary>
    public static RgbColor Table { get; } = new(0x35, 0x65, 0x4D);

    /// <summary>The card's face.</summary>
    public static RgbImage Face(PlayingCard card, int width, int height)
    {
        RgbColor color = card.Suit is Suit.Hearts or Suit.Diamonds ? Red : Ink;
        Canvas canvas = Blank(width, height, card.Rank > 10 ? Ivory : RgbColor.White);
        DrawRank(canvas, card.Face, color);
        double pip = 0.4 * height;
        return canvas.FillOutline(SuitOutlines.Of(card.Suit), (width - pip) / 2, (0.94 * height) - pip, pip, pip, color).TakeImage();
    }

    /// <summary>The back of every card.</summary>
    public static RgbImage Reverse(int width, int height)
    {
        Canvas canvas = Blank(width, height, RgbColor.White);
        double margin = 0.07 * width;
        canvas.FillOutline(
            Rounded(width - (2 * margin), height - (2 * margin), margin),
            margin,
            margin,
            width - (2 * margin),
            height - (2 * margin),
            Back
        );
        const int Columns = 3;
        const int Rows = 4;
        (double across, double down) = ((width - (4 * margin)) / Columns, (height - (4 * margin)) / Rows);
        for (int i = 0; i < Columns * Rows; i++)
        {
            (double x, double y) = ((2 * margin) + (i % Columns * across), (2 * margin) + (i / Columns * down));
            canvas.FillOutline(
                SuitOutlines.Of(Suit.Diamonds),
                x + (0.08 * across),
                y + (0.08 * down),
                0.84 * across,
                0.84 * down,
                BackLine
            );
        }
        return canvas.TakeImage();
    }

    private static Canvas Blank(int width, int height, RgbColor paper)
    {
        double radius = 0.09 * width;
        return new Canvas(width, height, Table)
            .FillOutline(Rounded(width, height, radius), 0, 0, width, height, Border)
            .FillOutline(Rounded(width - 2, height - 2, radius - 1), 1, 1, width - 2, height - 2, paper);
    }

    private static void DrawRank(Canvas canvas, string rank, RgbColor color)
    {
        // Capitals are 0.73 of an em high, and their line lies 0.2 of an em below the ascender line.
        const double CapitalHeight = 0.73;
        const double AboveCapitals = 0.2;
        double size = 0.4 * canvas.Height / CapitalHeight;
        double room = 0.88 * canvas.Width;
        double natural = Canvas.MeasureText(rank, size, TextWeight.Bold);
        double fitted = size * Math.Min(1, room / natural);
        double top = (0.07 * canvas.Height) + ((size - fitted) * CapitalHeight / 2);
        double left = (canvas.Width - Canvas.MeasureText(rank, fitted, TextWeight.Bold)) / 2;
        canvas.DrawText(rank, left, top - (AboveCapitals * fitted), fitted, color, TextWeight.Bold);
    }

    /// <summary>A rectangle with round corners, in the unit square that a box of the given size becomes.</summary>
    private static ImmutableArray<StrokeSegment> Rounded(double width, double height, double radius)
    {
        (double x, double y) = (radius / width, radius / height);
        return StrokePath.Parse(
            FormattableString.Invariant($"M {x} 0 L {1 - x} 0 h 1 {y} L 1 {1 - y} v {1 - x} 1 L {x} 1 h 0 {1 - y} L 0 {y} v {x} 0")
        );
    }
}
