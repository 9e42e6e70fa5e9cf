using System.Collections.Immutable;

namespace VlmQ.Core.Environments.GymCards.Formulas;

/// <summary>A token of a formula, by number.</summary>
/// <param name="Code">0 a blank, 1..10 the numbers, then the operators, brackets and <c>=</c>.</param>
internal readonly record struct FormulaToken(int Code)
{
    /// <summary>The largest number.</summary>
    public const int LargestNumber = 10;

    private const string Symbols = "+-*/()=";

    /// <summary>What a number that the cards do not offer leaves in the formula.</summary>
    public static readonly FormulaToken Blank = new(0);

    /// <summary>Judges the formula.</summary>
    public static readonly FormulaToken Equal = new(LargestNumber + Symbols.Length);

    /// <summary>All, by code.</summary>
    public static ImmutableArray<string> Texts { get; } =
    [" ", .. Enumerable.Range(1, LargestNumber).Select(number => $"{number}"), .. Symbols.Select(symbol => symbol.ToString())];

    /// <summary>A number; its code is its value.</summary>
    public bool IsNumber => Code is > 0 and <= LargestNumber;

    /// <summary>How it is written.</summary>
    public string Text => Texts[Code];

    /// <summary>The token of a text; false where there is none.</summary>
    public static bool TryParse(string text, out FormulaToken token)
    {
        int code = text.Length switch
        {
            1 when text[0] is >= '1' and <= '9' => text[0] - '0',
            1 when text[0] == ' ' => 0,
            1 when Symbols.IndexOf(text[0], StringComparison.Ordinal) is >= 0 and var symbol => LargestNumber + 1 + symbol,
            2 when text == "10" => LargestNumber,
            _ => -1,
        };
        token = new FormulaToken(Math.Max(code, 0));
        return code >= 0;
    }
}
