using System.Globalization;
using System.Text;

namespace VlmQ.Datasets.Tokenization.Patterns;

/// <summary>A set of Unicode scalar values: ranges, general categories and other sets, or all but those.</summary>
internal sealed class RuneSet
{
    private const int Ascii = 128;
    private const int LongS = 0x17F;
    private const int Kelvin = 0x212A;

    private readonly bool[] _ascii = new bool[Ascii];
    private readonly IReadOnlyList<(int First, int Last)> _ranges;
    private readonly uint _categories;
    private readonly IReadOnlyList<RuneSet> _parts;
    private readonly bool _negated;
    private readonly bool _ignoreCase;

    /// <param name="ranges">First and last value of each range.</param>
    /// <param name="categories">Bit <c>c</c> for each <see cref="UnicodeCategory"/> <c>c</c> that is in it.</param>
    /// <param name="parts">Sets that are in it.</param>
    /// <param name="negated">All but those.</param>
    /// <param name="ignoreCase">A value is in it when it is after folding its case, in either way.</param>
    public RuneSet(
        IReadOnlyList<(int First, int Last)> ranges,
        uint categories = 0,
        IReadOnlyList<RuneSet>? parts = null,
        bool negated = false,
        bool ignoreCase = false
    )
    {
        (_ranges, _categories, _parts, _negated, _ignoreCase) = (ranges, categories, parts ?? [], negated, ignoreCase);
        for (int value = 0; value < Ascii; value++)
        {
            _ascii[value] = Look(value);
        }
    }

    /// <summary>Unicode's white space.</summary>
    public static RuneSet Space { get; } =
        new(
            [(9, 13), (0x85, 0x85)],
            Mask(UnicodeCategory.SpaceSeparator, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator)
        );

    /// <summary>Decimal digits.</summary>
    public static RuneSet Digit { get; } = new([], Mask(UnicodeCategory.DecimalDigitNumber));

    /// <summary>Letters, marks, decimal digits, connectors and joiners.</summary>
    public static RuneSet Word { get; } =
        new([(0x200C, 0x200D)], CategoriesOf("L") | CategoriesOf("M") | CategoriesOf("Nd") | CategoriesOf("Nl") | CategoriesOf("Pc"));

    /// <summary>All but a line feed.</summary>
    public static RuneSet NotLineFeed { get; } = new([('\n', '\n')], negated: true);

    /// <summary>Whether a value is in the set.</summary>
    public bool Contains(int value) => value < Ascii ? _ascii[value] : Look(value);

    /// <summary>The categories of a property's name, <c>L</c> or <c>Lu</c>; 0 where there is no such name.</summary>
    public static uint CategoriesOf(string name)
    {
        string all = "LuLlLtLmLoMnMcMeNdNlNoZsZlZpCcCfCsCoPcPdPsPePiPfPoSmScSkSoCn";
        uint categories = 0;
        for (int i = 0; i < all.Length / 2; i++)
        {
            string category = all.Substring(2 * i, 2);
            categories |= name == category || (name.Length == 1 && name[0] == category[0]) ? 1u << i : 0;
        }
        return categories;
    }

    private static uint Mask(params ReadOnlySpan<UnicodeCategory> categories)
    {
        uint mask = 0;
        foreach (UnicodeCategory category in categories)
        {
            mask |= 1u << (int)category;
        }
        return mask;
    }

    private static int Lower(int value) =>
        value switch
        {
            LongS => 's',
            Kelvin => 'k',
            _ => Rune.ToLowerInvariant(new Rune(value)).Value,
        };

    private bool Look(int value)
    {
        bool within = Within(value);
        if (!within && _ignoreCase)
        {
            int lower = Lower(value);
            within = Within(lower) || Within(Rune.ToUpperInvariant(new Rune(lower)).Value);
        }
        return within != _negated;
    }

    private bool Within(int value)
    {
        foreach ((int first, int last) in _ranges)
        {
            if (value >= first && value <= last)
            {
                return true;
            }
        }
        foreach (RuneSet part in _parts)
        {
            if (part.Contains(value))
            {
                return true;
            }
        }
        return (_categories >> (int)Rune.GetUnicodeCategory(new Rune(value)) & 1) != 0;
    }
}
