using VlmQ.Cli.Terminal;
using VlmQ.Core.Imaging;

namespace VlmQ.Cli.Tests.Terminal;

public class HalfBlocksTests
{
    [Fact]
    public void Two_pixels_share_a_cell_and_the_last_row_may_stand_alone()
    {
        RgbImage image = new(1, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]);

        string[] lines = HalfBlocks.Draw(image, 10).TrimEnd('\n').Split('\n');

        Assert.Equal(["\e[38;2;1;2;3m\e[48;2;4;5;6m▀\e[0m", "\e[38;2;7;8;9m▀\e[0m"], lines);
    }

    [Fact]
    public void A_wide_picture_keeps_its_proportions()
    {
        RgbImage image = new(40, 20, [.. new byte[40 * 20 * 3]]);

        string[] lines = HalfBlocks.Draw(image, 10).TrimEnd('\n').Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Equal(10, line.Count(letter => letter == '▀')));
    }
}
