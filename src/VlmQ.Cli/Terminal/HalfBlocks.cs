using System.Text;
using VlmQ.Core.Imaging;

namespace VlmQ.Cli.Terminal;

/// <summary>
/// A picture in a terminal: each character cell is an upper half block, its foreground the upper pixel and its background the lower.
/// </summary>
internal static class HalfBlocks
{
    private const string Reset = "\e[0m";
    private const int Comfortable = 75;

    /// <summary>Character cells in a line that a picture of 300 pixels needs to be made out, or as many as the terminal has.</summary>
    public static int UsualWidth => Console.WindowWidth is > 0 and < Comfortable and int columns ? columns : Comfortable;

    /// <summary>The picture's lines, in 24-bit colours; narrower ones keep their size.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">Character cells in a line, at most.</param>
    public static string Draw(RgbImage image, int width)
    {
        int columns = Math.Min(width, image.Width);
        int rows = Math.Max(1, (int)Math.Round((double)image.Height * columns / image.Width));
        RgbImage small = PillowResampler.Bicubic(image, columns, rows);
        StringBuilder text = new();
        for (int y = 0; y < rows; y += 2)
        {
            for (int x = 0; x < columns; x++)
            {
                Append(text, 38, small, x, y);
                if (y + 1 < rows)
                {
                    Append(text, 48, small, x, y + 1);
                }
                text.Append('▀');
            }
            text.Append(Reset).Append('\n');
        }
        return text.ToString();
    }

    // SGR 38;2;r;g;b sets the foreground, 48;2;r;g;b the background (ISO 8613-6).
    private static void Append(StringBuilder text, int ground, RgbImage image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Slice(3 * ((y * image.Width) + x), 3);
        text.Append("\e[")
            .Append(ground)
            .Append(";2;")
            .Append(pixel[0])
            .Append(';')
            .Append(pixel[1])
            .Append(';')
            .Append(pixel[2])
            .Append('m');
    }
}
