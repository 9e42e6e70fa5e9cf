using VlmQ.Core.Imaging;

namespace VlmQ.Core.Tests.Imaging;

public sealed class CanvasTests
{
    private static readonly IEnumerable<char> Printable = Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c);

    [Fact]
    public void Rectangles_fill_exactly_their_pixels_and_are_cut_at_the_edges()
    {
        RgbColor red = new(200, 10, 20);
        RgbImage image = new Canvas(6, 5, RgbColor.White).FillRectangle(2, 1, 3, 2, red).FillRectangle(-4, 4, 100, 100, red).ToImage();
        for (int y = 0; y < 5; y++)
        {
            for (int x = 0; x < 6; x++)
            {
                bool inside = (x is >= 2 and < 5 && y is >= 1 and < 3) || y == 4;
                Assert.Equal(inside ? red : RgbColor.White, At(image, x, y));
            }
        }
    }

    [Fact]
    public void An_outline_lies_inside_its_rectangle()
    {
        RgbImage image = new Canvas(8, 8, RgbColor.White).DrawRectangle(1, 1, 6, 5, 2, RgbColor.Black).ToImage();
        Assert.Equal(RgbColor.Black, At(image, 1, 1));
        Assert.Equal(RgbColor.Black, At(image, 6, 5));
        Assert.Equal(RgbColor.White, At(image, 3, 3));
        Assert.Equal(RgbColor.White, At(image, 0, 0));
        Assert.Equal(RgbColor.White, At(image, 7, 6));
        int black = Enumerable.Range(0, 64).Count(i => At(image, i % 8, i / 8) == RgbColor.Black);
        Assert.Equal((6 * 5) - (2 * 1), black);
    }

    [Fact]
    public void The_same_calls_give_the_same_bytes_and_an_image_does_not_change_afterwards()
    {
        Canvas canvas = new(300, 300, RgbColor.White);
        RgbImage before = canvas.DrawText("Target: 3", 30, 60, 36, RgbColor.Black, TextWeight.Bold).ToImage();
        RgbImage again = new Canvas(300, 300, RgbColor.White).DrawText("Target: 3", 30, 60, 36, RgbColor.Black, TextWeight.Bold).ToImage();
        canvas.DrawText("more", 30, 180, 36, RgbColor.Black);
        Assert.Equal(before, again);
        Assert.NotEqual(before, canvas.ToImage());
    }

    [Theory]
    [InlineData(16, TextWeight.Regular)]
    [InlineData(16, TextWeight.Bold)]
    [InlineData(20, TextWeight.Regular)]
    [InlineData(36, TextWeight.Bold)]
    public void Every_printable_character_has_a_shape_of_its_own(double size, TextWeight weight)
    {
        RgbImage[] shapes =
        [
            .. Printable
                .Append('\u20AC')
                .Select(c => new Canvas(60, 60, RgbColor.White).DrawText(c.ToString(), 8, 4, size, RgbColor.Black, weight).ToImage()),
        ];
        Assert.All(shapes, shape => Assert.True(Ink(shape) > 1));
        for (int i = 0; i < shapes.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.True(
                    Distance(shapes[i], shapes[j]) > size / 8,
                    $"{(char)('!' + i)} and {(char)('!' + j)} look alike at {size} pixels."
                );
            }
        }
    }

    [Fact]
    public void A_space_has_width_and_no_ink()
    {
        Assert.Equal(0, Ink(new Canvas(60, 60, RgbColor.White).DrawText(" ", 8, 4, 36, RgbColor.Black).ToImage()));
        Assert.InRange(Canvas.MeasureText(" ", 36), 8, 16);
    }

    [Fact]
    public void Ink_stays_between_the_ascender_and_the_descender_and_within_its_width()
    {
        string text = string.Concat(Printable);
        double width = Canvas.MeasureText(text, 20, TextWeight.Bold);
        RgbImage image = new Canvas((int)width + 40, 60, RgbColor.White)
            .DrawText(text, 20, 10, 20, RgbColor.Black, TextWeight.Bold)
            .ToImage();
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                bool inside = y >= 10 && y <= 10 + 19 + 6 && x >= 18 && x <= 22 + width;
                Assert.True(inside || At(image, x, y) == RgbColor.White, $"Ink at {x}, {y}.");
            }
        }
    }

    [Fact]
    public void Text_outside_the_picture_is_left_out()
    {
        Canvas canvas = new(20, 20, RgbColor.White);
        canvas
            .DrawText("Wide text", -30, -5, 36, RgbColor.Black)
            .DrawText("x", 500, 500, 16, RgbColor.Black)
            .DrawText("x", -500, -500, 16, RgbColor.Black);
        Assert.Equal(20, canvas.ToImage().Width);
    }

    [Fact]
    public void Text_is_mixed_with_what_lies_under_it()
    {
        RgbColor felt = new(0x35, 0x65, 0x4D);
        RgbImage image = new Canvas(60, 40, felt).DrawText("Player", 5, 5, 16, RgbColor.White, TextWeight.Bold).ToImage();
        RgbColor[] colors = [.. Enumerable.Range(0, 60 * 40).Select(i => At(image, i % 60, i / 60)).Distinct()];
        Assert.Contains(RgbColor.White, colors);
        Assert.Contains(felt, colors);
        Assert.All(colors, color => Assert.True(color.R >= felt.R && color.G >= felt.G && color.B >= felt.B));
    }

    [Fact]
    public void Digits_stay_distinguishable_when_the_picture_is_shrunk_to_a_fifth()
    {
        RgbImage[] small =
        [
            .. Enumerable
                .Range(0, 10)
                .Select(digit =>
                    PillowResampler.Bicubic(
                        new Canvas(300, 300, RgbColor.White)
                            .DrawText($"Target: {digit}", 30, 60, 36, RgbColor.Black, TextWeight.Bold)
                            .ToImage(),
                        60,
                        60
                    )
                ),
        ];
        for (int i = 0; i < 10; i++)
        {
            for (int j = 0; j < i; j++)
            {
                // In whole black pixels; a digit of 4 × 5 pixels has about a dozen.
                Assert.True(Distance(small[i], small[j]) > 1, $"{i} and {j} differ by {Distance(small[i], small[j]):0.00}.");
            }
        }
    }

    private static RgbColor At(RgbImage image, int x, int y)
    {
        int i = ((y * image.Width) + x) * 3;
        return new RgbColor(image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]);
    }

    private static double Ink(RgbImage image) => image.PixelArray.Sum(value => 255 - value) / (255.0 * 3);

    private static double Distance(RgbImage left, RgbImage right) =>
        left.PixelArray.Zip(right.PixelArray, (a, b) => Math.Abs(a - b)).Sum() / (255.0 * 3);

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(-1, 0, 2)]
    [InlineData(2, 2, 1)]
    [InlineData(3, 0, 0)]
    [InlineData(0, -2, 0)]
    public void A_picture_is_copied_as_far_as_it_lies_inside(int x, int y, int pixels)
    {
        RgbImage stamp = new Canvas(2, 2, RgbColor.Black).ToImage();
        ReadOnlySpan<byte> drawn = new Canvas(new Canvas(3, 3, RgbColor.White).ToImage()).DrawImage(stamp, x, y).ToImage().Pixels;
        Assert.Equal(3 * pixels, drawn.Count((byte)0));
    }
}
