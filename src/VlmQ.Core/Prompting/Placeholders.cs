using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace VlmQ.Core.Prompting;

/// <summary>Placeholders in patterns: <c>{goal}</c> stands for something, <c>{{goal}}</c> for itself; other braces are only braces.</summary>
internal static partial class Placeholders
{
    public const string Goal = "goal";
    public const string Text = "text";
    public const string History = "history";
    public const string ActionList = "action-list";
    public const string Image = "image";
    public const string Prompt = "prompt";
    public const string NewLine = "newline";
    public const string Turn = "turn";
    public const string Reply = "reply";
    public const string Action = "action";
    public const string Reward = "reward";

    /// <summary>The pieces of a pattern in order.</summary>
    public static ImmutableArray<PatternPiece> Split(string pattern)
    {
        ImmutableArray<PatternPiece>.Builder pieces = ImmutableArray.CreateBuilder<PatternPiece>();
        int from = 0;
        foreach (Match match in Any().Matches(pattern))
        {
            if (match.Index > from)
            {
                pieces.Add(new PatternPiece(pattern[from..match.Index], null, from));
            }
            string inner = match.Value[1..^1];
            pieces.Add(inner[0] == '{' ? new PatternPiece(inner, null, match.Index) : new PatternPiece(null, inner, match.Index));
            from = match.Index + match.Length;
        }
        if (from < pattern.Length)
        {
            pieces.Add(new PatternPiece(pattern[from..], null, from));
        }
        return pieces.ToImmutable();
    }

    /// <summary>The pattern with some placeholders replaced and everything else kept as it is, escapes included.</summary>
    public static string Replace(string pattern, Func<string, string?> valueOf) =>
        Any().Replace(pattern, match => match.Value[1] == '{' ? match.Value : valueOf(match.Value[1..^1]) ?? match.Value);

    [GeneratedRegex(@"\{\{[A-Za-z][A-Za-z0-9_-]*\}\}|\{[A-Za-z][A-Za-z0-9_-]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Any();
}
