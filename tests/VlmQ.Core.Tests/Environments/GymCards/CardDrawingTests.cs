using System.Collections.Immutable;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Tests.Environments.GymCards;

public class CardDrawingTests
{
    private const int Side = 300;

    // A pixel that is black instead of white, as squares of differences.
    private const long LeastDifference = 3 * 255 * 255;

    private static readonly ImmutableArray<PlayingCard> Pack =
    [
        .. from suit in Enum.GetValues<Suit>() from rank in Enumerable.Range(1, 13) select new PlayingCard(suit, rank),
    ];

    // Sizes and places are those of the reference: docs/environments.md, 1.2 to 1.4.
    private static readonly ImmutableArray<Table> Tables =
    [
        new(EZPoints.ShortName, 135, 189, 55, [5, 153], card => new EZPoints().Observe(new FormulaState([card, card], [], false)).Image),
        new(
            Points24.ShortName,
            67,
            93,
            103,
            [5, 78, 152, 226],
            card => new Points24().Observe(new FormulaState([card, card, card, card], [], false)).Image
        ),
        new(
            Blackjack.ShortName,
            70,
            98,
            150,
            [5, 79, 153, 227],
            card => new Blackjack().Observe(new BlackjackState([card, card], [card, card, card, card], new Deck.Given([]), false)).Image
        ),
    ];

    // The side of a picture as a model sees it, and how many times as far off every other card is at least.
    public static TheoryData<string, int, double> Sizes =>
        new(from table in Tables from size in ((int, double)[])[(64, 1.1), (378, 3)] select (table.Game, size.Item1, size.Item2));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_card_can_be_told_from_every_other_wherever_it_lies(string game, int side, double margin)
    {
        Table table = Tables.Single(one => one.Game == game);
        RgbImage[] pictures = [.. Pack.Select(card => PillowResampler.Bicubic(table.Draw(card), side, side))];
        // What the first place shows of each card is what the others are read by; scaling leaves them at other fractions of a pixel.
        foreach (int left in table.Lefts.AsSpan()[1..])
        {
            foreach (int drawn in Enumerable.Range(0, Pack.Length))
            {
                long own = Difference(pictures[drawn], pictures[drawn], table, left, long.MaxValue);
                long far = Math.Max((long)(margin * own), LeastDifference);
                foreach (int other in Enumerable.Range(0, Pack.Length).Where(other => other != drawn))
                {
                    Assert.True(
                        Difference(pictures[drawn], pictures[other], table, left, far) >= far,
                        $"{Pack[drawn]} at {left} can be taken for {Pack[other]}"
                    );
                }
            }
        }
    }

    [Fact]
    public void Cards_lie_where_the_reference_has_them()
    {
        foreach (Table table in Tables)
        {
            RgbImage picture = table.Draw(new PlayingCard(Suit.Spades, 7));
            (byte, byte, byte) cloth = At(picture, Side - 1, 0);
            int middle = table.Top + (table.Height / 2);
            foreach (int left in table.Lefts)
            {
                int centre = left + (table.Width / 2);
                Assert.Equal(
                    (false, true, true, false),
                    (
                        IsCard(left - 1, middle),
                        IsCard(left, middle),
                        IsCard(left + table.Width - 1, middle),
                        IsCard(left + table.Width, middle)
                    )
                );
                Assert.Equal(
                    (false, true, true, false),
                    (
                        IsCard(centre, table.Top - 1),
                        IsCard(centre, table.Top),
                        IsCard(centre, table.Top + table.Height - 1),
                        IsCard(centre, table.Top + table.Height)
                    )
                );
            }

            bool IsCard(int x, int y) => At(picture, x, y) != cloth;
        }
    }

    private static (byte, byte, byte) At(RgbImage image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Slice(3 * ((y * image.Width) + x), 3);
        return (pixel[0], pixel[1], pixel[2]);
    }

    /// <summary>How far what lies at a place is from what another picture has at the first, at the best of nine whole shifts.</summary>
    private static long Difference(RgbImage seen, RgbImage known, Table table, int left, long enough)
    {
        int side = seen.Width;
        (int x, int y) = (left * side / Side, table.Top * side / Side);
        int from = table.Lefts[0] * side / Side;
        (int width, int height) = (table.Width * side / Side, table.Height * side / Side);
        long least = enough;
        for (int shift = 0; shift < 9; shift++)
        {
            (int right, int down) = ((shift % 3) - 1, (shift / 3) - 1);
            long sum = 0;
            for (int row = 0; row < height && sum < least; row++)
            {
                ReadOnlySpan<byte> here = seen.Pixels.Slice(3 * (((y + down + row) * side) + x + right), 3 * width);
                ReadOnlySpan<byte> there = known.Pixels.Slice(3 * (((y + row) * side) + from), 3 * width);
                for (int i = 0; i < here.Length; i++)
                {
                    int difference = here[i] - there[i];
                    sum += difference * difference;
                }
            }
            least = Math.Min(least, sum);
        }
        return least;
    }

    /// <summary>Where a game's cards lie.</summary>
    private sealed record Table(string Game, int Width, int Height, int Top, ImmutableArray<int> Lefts, Func<PlayingCard, RgbImage> Draw);
}
