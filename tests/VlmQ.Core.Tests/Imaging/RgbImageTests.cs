using System.Collections.Immutable;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Tests.Imaging;

public sealed class RgbImageTests
{
    private static readonly ImmutableArray<byte> Six = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void A_drawing_is_drawn_for_each_copy_until_the_pixels_are_asked_for_and_then_kept()
    {
        int drawn = 0;
        RgbImage image = new(
            2,
            1,
            pixels =>
            {
                drawn++;
                Six.CopyTo(pixels);
            }
        );
        byte[] copy = new byte[8];
        Assert.Equal((0, 6), (drawn, image.ByteCount));
        image.CopyTo(copy);
        copy.AsSpan().Clear();
        image.CopyTo(copy);
        Assert.Equal([1, 2, 3, 4, 5, 6, 0, 0], copy);
        Assert.Equal(2, drawn);
        Assert.Equal(Six, image.PixelArray);
        copy.AsSpan().Clear();
        image.CopyTo(copy);
        Assert.Equal([1, 2, 3, 4, 5, 6, 0, 0], copy);
        Assert.True(image.Pixels.SequenceEqual(Six.AsSpan()));
        Assert.Equal(3, drawn);
    }

    [Fact]
    public void A_drawing_and_its_pixels_are_equal_pictures()
    {
        RgbImage pixels = new(2, 1, Six);
        RgbImage drawing = new(2, 1, target => Six.CopyTo(target));
        Assert.Equal(pixels, drawing);
        Assert.Equal(pixels.GetHashCode(), drawing.GetHashCode());
        Assert.NotEqual(pixels, new RgbImage(1, 2, target => Six.CopyTo(target)));
        Assert.NotEqual(pixels, new RgbImage(2, 1, target => target.Clear()));
    }

    [Fact]
    public void Who_copies_a_picture_may_write_over_the_copy()
    {
        RgbImage image = new(2, 1, Six);
        byte[] copy = new byte[6];
        image.CopyTo(copy);
        copy[0] = 99;
        Assert.Equal(1, image.Pixels[0]);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new RgbImage(1, 1, Six));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(0, 2, Six));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(2, 0, _ => { }));
        Assert.Throws<ArgumentException>(() => new RgbImage(2, 1, Six).CopyTo(new byte[5]));
        Assert.Throws<ArgumentException>(() => new RgbImage(2, 1, target => Six.CopyTo(target)).CopyTo(new byte[5]));
    }
}
