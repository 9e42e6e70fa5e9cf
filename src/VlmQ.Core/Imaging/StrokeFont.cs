using System.Collections.Immutable;

namespace VlmQ.Core.Imaging;

/// <summary>
/// The built-in font: printable ASCII as strokes, drawn for this project. In a glyph's frame x runs from 0 to 1 over its ink, less half a
/// stroke at either side; y is 0 at the baseline and 1 at the top of the capitals (or of the letter x, for small letters, whose
/// ascenders then end at 2), again half a stroke inside, and −1 at the descender line. So one drawing serves every weight.
/// </summary>
internal static class StrokeFont
{
    private const char First = ' ';

    /// <summary>Round strokes reach nearer to their neighbours than straight ones; slanted ones nearest.</summary>
    private const double Stem = 9;
    private const double Round = 5.5;
    private const double Slant = 1.5;

    private static readonly ImmutableArray<StrokeGlyph> Glyphs =
    [
        Figure(32, 0, 0, ""),
        Figure(40, 15, 15, "M .5 1 L .5 .38 M .5 0 L .5 .03"),
        Figure(46, 9, 9, "M 0 1 L 0 .7 M 1 1 L 1 .7"),
        Figure(84, 8, 8, "M .42 1 L .2 0 M .86 1 L .64 0 M .08 .68 L 1 .68 M 0 .32 L .92 .32"),
        Figure(
            64,
            8,
            8,
            "M .93 .84 c .8 .92 .65 .94 .5 .94 h 0 .72 c 0 .56 .2 .52 .5 .48 c .85 .44 1 .38 1 .24 v .5 .02 c .3 .02 .12 .06 0 .13 M .5 1.1 L .5 -.45"
        ),
        Figure(95, 5, 5, "M .2 1 h 0 .76 v .2 .52 h .4 .76 v .2 1 M .8 .48 h .6 .24 v .8 0 h 1 .24 v .8 .48 M .78 1 L .22 0"),
        Figure(
            78,
            6,
            3,
            "M 1 0 L .26 .66 c .14 .82 .26 1 .48 1 c .6 1 .68 .97 .74 .93 M .3 .62 c .1 .5 0 .42 0 .27 v .38 0 c .7 0 .84 .25 .86 .52"
        ),
        Figure(27, 9, 9, "M .5 1 L .5 .7"),
        Figure(39, 8, 8, "M 1 1.06 c .12 .75 .12 .2 1 -.55"),
        Figure(39, 8, 8, "M 0 1.06 c .88 .75 .88 .2 0 -.55"),
        Figure(50, 4, 4, "M .5 1 L .5 .46 M .04 .87 L .96 .59 M .96 .87 L .04 .59"),
        Figure(84, 11, 11, "M .5 .86 L .5 0 M 0 .43 L 1 .43"),
        Figure(32, 8, 11, "M .8 .05 L .3 -.42"),
        Figure(36, 5, 5, "M 0 .36 L 1 .36"),
        Figure(32, 11, 11, "M .5 0 L .5 .03"),
        Figure(34, 0, 0, "M 1 1 L 0 -.35"),
        Figure(64, 6.5, 6.5, "M .5 1 h 0 .5 v .5 0 h 1 .5 v .5 1"),
        Figure(64, 11, 8, "M .06 .86 L .5 1 L .5 0 M 0 0 L 1 0"),
        Figure(64, 7, 7, "M 0 .88 c .18 .97 .32 1 .47 1 h .96 .72 c .96 .5 .5 .3 0 0 L 1 0"),
        Figure(64, 7.5, 7, "M .04 .92 c .2 .99 .35 1 .46 1 h .96 .76 v .48 .53 L .3 .53 M .48 .53 h 1 .27 v .46 0 c .3 0 .14 .03 0 .09"),
        Figure(64, 5, 6, "M .76 0 L .76 1 L 0 .26 L 1 .26"),
        Figure(64, 8, 7, "M .9 1 L .1 1 L .1 .57 c .22 .62 .34 .63 .46 .63 h 1 .315 v .46 0 c .3 0 .14 .03 0 .09"),
        Figure(64, 6.5, 6.5, "M .92 .95 c .8 .99 .7 1 .6 1 h 0 .46 L 0 .32 v .51 0 h 1 .32 v .51 .63 h 0 .32"),
        Figure(64, 7, 7, "M 0 1 L 1 1 L .36 0"),
        Figure(64, 6.5, 6.5, "M .5 .535 h .05 .765 v .5 1 h .95 .765 v .5 .535 h 0 .27 v .5 0 h 1 .27 v .5 .535"),
        Figure(64, 6.5, 6.5, "M .08 .05 c .2 .01 .3 0 .4 0 h 1 .54 L 1 .68 v .49 1 h 0 .68 v .49 .37 h 1 .68"),
        Figure(34, 12, 12, "M .5 0 L .5 .03 M .5 .6 L .5 .63"),
        Figure(34, 8, 12, "M .8 .05 L .3 -.42 M .8 .6 L .8 .63"),
        Figure(84, 11, 11, "M 1 .82 L 0 .43 L 1 .04"),
        Figure(84, 11, 11, "M 0 .6 L 1 .6 M 0 .26 L 1 .26"),
        Figure(84, 11, 11, "M 0 .82 L 1 .43 L 0 .04"),
        Figure(53, 7, 7, "M 0 .9 c .2 .98 .32 1 .46 1 h 1 .76 c 1 .56 .46 .58 .46 .3 M .46 0 L .46 .03"),
        Figure(
            100,
            6,
            6,
            "M .9 -.15 c .75 -.38 .6 -.42 .5 -.42 h 0 .27 v .52 .98 h 1 .36 c 1 .1 .74 .02 .74 .22 L .74 .56 M .74 .34 v .5 .58 h .27 .34 v .5 .1 h .74 .34"
        ),
        Figure(68, Slant, Slant, "M 0 0 L .5 1 L 1 0 M .2 .34 L .8 .34"),
        Figure(69, Stem, Round, "M 0 0 L 0 1 L .5 1 h .92 .77 v .5 .54 L 0 .54 M .5 .54 h 1 .27 v .5 0 L 0 0"),
        Figure(70, Round, 6, "M 1 .9 c .88 .97 .74 1 .62 1 h 0 .5 v .62 0 c .74 0 .88 .03 1 .1"),
        Figure(77, Stem, Round, "M 0 0 L 0 1 L .38 1 h 1 .5 v .38 0 L 0 0"),
        Figure(63, Stem, 7, "M 1 1 L 0 1 L 0 0 L 1 0 M 0 .54 L .94 .54"),
        Figure(58, Stem, 6, "M 1 1 L 0 1 L 0 0 M 0 .54 L .9 .54"),
        Figure(78, Round, 8, "M .97 .9 c .86 .97 .72 1 .6 1 h 0 .5 v .6 0 c .75 0 .88 .03 1 .1 L 1 .47 L .62 .47"),
        Figure(75, Stem, Stem, "M 0 0 L 0 1 M 1 0 L 1 1 M 0 .54 L 1 .54"),
        Figure(30, Stem, Stem, "M .5 1 L .5 0"),
        Figure(54, 3, Stem, "M .4 1 L 1 1 L 1 .34 v .5 0 h 0 .3"),
        Figure(66, Stem, 1, "M 0 0 L 0 1 M .94 1 L .04 .52 L 1 0"),
        Figure(56, Stem, 2, "M 0 1 L 0 0 L 1 0"),
        Figure(86, Stem, Stem, "M 0 0 L 0 1 L .5 .25 L 1 1 L 1 0"),
        Figure(75, Stem, Stem, "M 0 0 L 0 1 L 1 0 L 1 1"),
        Figure(79, Round, Round, "M .5 1 h 0 .5 v .5 0 h 1 .5 v .5 1"),
        Figure(61, Stem, 5, "M 0 0 L 0 1 L .48 1 h 1 .73 v .48 .46 L 0 .46"),
        Figure(79, Round, Round, "M .5 1 h 0 .5 v .5 0 h 1 .5 v .5 1 M .56 .32 L .97 -.06"),
        Figure(70, Stem, 2, "M 0 0 L 0 1 L .46 1 h .88 .73 v .46 .46 L 0 .46 M .46 .46 c .68 .46 .74 .3 1 0"),
        Figure(64, 6, 6, "M .93 .92 c .8 .98 .65 1 .5 1 h .02 .75 c .02 .6 .2 .56 .5 .52 c .85 .47 1 .4 1 .25 v .5 0 c .3 0 .12 .03 0 .11"),
        Figure(61, 0, 0, "M 0 1 L 1 1 M .5 1 L .5 0"),
        Figure(73, Stem, Stem, "M 0 1 L 0 .36 v .5 0 h 1 .36 L 1 1"),
        Figure(68, Slant, Slant, "M 0 1 L .5 0 L 1 1"),
        Figure(99, 3, 3, "M 0 1 L .25 0 L .5 1 L .75 0 L 1 1"),
        Figure(68, 4, 4, "M 0 1 L 1 0 M 1 1 L 0 0"),
        Figure(61, 0, 0, "M 0 1 L .5 .47 L 1 1 M .5 .47 L .5 0"),
        Figure(68, 5, 5, "M 0 1 L 1 1 L 0 0 L 1 0"),
        Figure(39, Stem, 6, "M 1 1.06 L 0 1.06 L 0 -.55 L 1 -.55"),
        Figure(34, 0, 0, "M 0 1 L 1 -.35"),
        Figure(39, 6, Stem, "M 0 1.06 L 1 1.06 L 1 -.55 L 0 -.55"),
        Figure(84, 11, 11, "M 0 .62 L .5 1 L 1 .62"),
        Figure(50, 0, 0, "M 0 -1 L 1 -1"),
        Figure(50, 10, 16, "M 0 1.08 L 1 .88"),
        Small(61, 6, 8.5, "M .08 .9 c .25 .98 .38 1 .5 1 h 1 .62 L 1 0 M 1 .57 L .52 .57 h 0 .28 v .42 0 h 1 .42"),
        Small(64, Stem, Round, "M 0 2 L 0 0 M 0 .5 v .52 1 h 1 .5 v .52 0 h 0 .5"),
        Small(55, Round, 5, "M 1 .91 c .88 .98 .74 1 .62 1 h 0 .5 v .62 0 c .74 0 .88 .02 1 .09"),
        Small(64, Round, Stem, "M 1 2 L 1 0 M 1 .5 v .48 1 h 0 .5 v .48 0 h 1 .5"),
        Small(62, Round, Round, "M 0 .53 L 1 .53 v .52 1 h 0 .5 v .56 0 c .72 0 .84 .02 .95 .09"),
        Small(35, 2, 1, "M 1 2 c .6 2.02 .42 1.85 .42 1.5 L .42 0 M 0 1 L .95 1"),
        Small(64, Round, Stem, "M 1 1 L 1 -.1 v .5 -1 c .35 -1 .22 -.95 .1 -.87 M 1 .5 v .48 1 h 0 .5 v .48 0 h 1 .5"),
        Small(63, Stem, Stem, "M 0 2 L 0 0 M 0 .5 v .56 1 h 1 .56 L 1 0"),
        Small(28, Stem, Stem, "M .5 1 L .5 0 M .5 1.96 L .5 2"),
        Small(28, 0, Stem, "M 1 1 L 1 -.3 v .1 -1 M 1 1.96 L 1 2"),
        Small(58, Stem, 0, "M 0 2 L 0 0 M .9 1 L .06 .48 L 1 0"),
        Small(28, Stem, Stem, "M .5 2 L .5 0"),
        Small(97, Stem, Stem, "M 0 1 L 0 0 M 0 .52 v .28 1 h .5 .58 L .5 0 M .5 .52 v .78 1 h 1 .58 L 1 0"),
        Small(63, Stem, Stem, "M 0 1 L 0 0 M 0 .5 v .56 1 h 1 .56 L 1 0"),
        Small(61, Round, Round, "M .5 1 h 0 .5 v .5 0 h 1 .5 v .5 1"),
        Small(64, Stem, Round, "M 0 1 L 0 -1 M 0 .5 v .52 1 h 1 .5 v .52 0 h 0 .5"),
        Small(64, Round, Stem, "M 1 1 L 1 -1 M 1 .5 v .48 1 h 0 .5 v .48 0 h 1 .5"),
        Small(41, Stem, 0, "M 0 1 L 0 0 M 0 .45 v .8 1 L 1 .97"),
        Small(52, 5, 5, "M .92 .92 c .8 .98 .65 1 .48 1 h .02 .74 c .02 .6 .2 .56 .5 .52 c .85 .47 1 .4 1 .26 v .48 0 c .3 0 .12 .03 0 .1"),
        Small(39, 2, 2, "M .36 1.7 L .36 .35 v .75 0 L 1 0 M 0 1 L 1 1"),
        Small(63, Stem, Stem, "M 0 1 L 0 .44 v .44 0 h 1 .5 M 1 1 L 1 0"),
        Small(59, 3, 3, "M 0 1 L .5 0 L 1 1"),
        Small(82, 4, 4, "M 0 1 L .25 0 L .5 1 L .75 0 L 1 1"),
        Small(59, 3, 3, "M 0 1 L 1 0 M 1 1 L 0 0"),
        Small(59, 3, 3, "M 0 1 L .52 0 M 1 1 L .46 -.45 c .32 -.9 .24 -1 .04 -1"),
        Small(53, 5, 5, "M 0 1 L 1 1 L 0 0 L 1 0"),
        Figure(64, 12, 12, "M 1 1.06 c .2 1.06 .8 .42 0 .27 c .8 .12 .2 -.55 1 -.55"),
        Figure(34, 12, 12, "M .5 1.06 L .5 -1"),
        Figure(64, 12, 12, "M 0 1.06 c .8 1.06 .2 .42 1 .27 c .2 .12 .8 -.55 0 -.55"),
        Figure(84, 11, 11, "M 0 .36 c .3 .62 .68 .22 1 .5"),
    ];

    private static readonly StrokeGlyph Missing = Figure(60, 5, 5, "M 0 0 L 0 1 L 1 1 L 1 0 L 0 0");

    /// <summary>The glyph of a character; an empty box for one that the font lacks.</summary>
    public static StrokeGlyph Glyph(char character) => character - First is int i && i >= 0 && i < Glyphs.Length ? Glyphs[i] : Missing;

    private static StrokeGlyph Figure(double advance, double left, double right, string path) => Make(advance, left, right, false, path);

    private static StrokeGlyph Small(double advance, double left, double right, string path) => Make(advance, left, right, true, path);

    private static StrokeGlyph Make(double advance, double left, double right, bool isLower, string path) =>
        new(advance, left, right, isLower, path.Length == 0 ? [] : StrokePath.Parse(path));
}
