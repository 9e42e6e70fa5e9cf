using System.Collections.Immutable;

namespace VlmQ.Core.Environments.GymCards.Formulas;

/// <summary>What tells the two formula games apart.</summary>
/// <param name="Id">The environment's id.</param>
/// <param name="Goal">What the formula must equal.</param>
/// <param name="CardCount">Cards on the table, all of which must be used.</param>
/// <param name="Operators">The actions that are not numbers, <c>=</c> last.</param>
/// <param name="TokenLimit">A formula that is longer is cut by the next action.</param>
/// <param name="Task">The task in words.</param>
internal sealed record FormulaRules(string Id, int Goal, int CardCount, ImmutableArray<string> Operators, int TokenLimit, string Task)
{
    /// <summary>Judges the formula.</summary>
    public const string Equal = "=";

    /// <summary>The numbers <c>1</c> to <c>10</c>.</summary>
    public static ImmutableArray<string> Numbers { get; } = [.. Enumerable.Range(1, 10).Select(number => $"{number}")];

    // A bit for every token that is an action.
    private readonly int _taken = Operators.Concat(Numbers).Aggregate(0, (bits, text) => bits | Bit(text));

    /// <summary>The numbers, then the operators.</summary>
    public ImmutableArray<string> Actions { get; } = [.. Numbers, .. Operators];

    /// <summary>Whether a token is one of the actions.</summary>
    public bool Takes(FormulaToken token) => ((_taken >> token.Code) & 1) != 0;

    private static int Bit(string text) => FormulaToken.TryParse(text, out FormulaToken token) ? 1 << token.Code : 0;
}
