using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.GymCards.Drawing;

/// <summary>The shapes of the four suits, drawn for this project, each in the unit square.</summary>
internal static class SuitOutlines
{
    private static readonly ImmutableArray<StrokeSegment> Heart = StrokePath.Parse(
        "M .5 1 c .44 .82 .02 .62 .02 .3 c .02 .12 .14 .03 .27 .03 c .38 .03 .46 .1 .5 .22 c .54 .1 .62 .03 .73 .03 c .86 .03 .98 .12 .98 .3 c .98 .62 .56 .82 .5 1"
    );

    private static readonly ImmutableArray<StrokeSegment> Spade = StrokePath.Parse(
        "M .5 0 c .57 .2 .98 .36 .98 .62 c .98 .77 .88 .84 .77 .84 c .66 .84 .58 .79 .545 .7 c .55 .86 .6 .95 .7 1 L .3 1 c .4 .95 .45 .86 .455 .7 c .42 .79 .34 .84 .23 .84 c .12 .84 .02 .77 .02 .62 c .02 .36 .43 .2 .5 0"
    );

    private static readonly ImmutableArray<StrokeSegment> Diamond = StrokePath.Parse(
        "M .5 0 c .6 .2 .74 .38 .9 .5 c .74 .62 .6 .8 .5 1 c .4 .8 .26 .62 .1 .5 c .26 .38 .4 .2 .5 0"
    );

    // Three discs, what lies between them, and the stem.
    private static readonly ImmutableArray<StrokeSegment> Club = StrokePath.Parse(
        "M .5 0 h .735 .235 v .5 .47 h .265 .235 v .5 0 M .245 .37 h .48 .605 v .245 .84 h .01 .605 v .245 .37 M .755 .37 h .99 .605 v .755 .84 h .52 .605 v .755 .37 "
            + "M .5 .3 L .68 .56 L .5 .68 L .32 .56 L .5 .3 M .46 .5 L .54 .5 c .55 .8 .6 .94 .7 1 L .3 1 c .4 .94 .45 .8 .46 .5"
    );

    public static ImmutableArray<StrokeSegment> Of(Suit suit) =>
        suit switch
        {
            Suit.Hearts => Heart,
            Suit.Spades => Spade,
            Suit.Diamonds => Diamond,
            Suit.Clubs => Club,
            _ => throw new ArgumentOutOfRangeException(nameof(suit), suit, null),
        };
}
