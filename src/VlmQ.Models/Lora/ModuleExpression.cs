using System.Text.RegularExpressions;

namespace VlmQ.Models.Lora;

/// <summary>Regular expressions over module paths, in Python's spelling.</summary>
internal static class ModuleExpression
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether the whole path matches.</summary>
    /// <exception cref="ArgumentException">The expression is none, or takes too long.</exception>
    public static bool Matches(string expression, string module) => Find($"(?:{expression})\\z", module).Success;

    /// <summary>The whole number that the first group catches in a match from the path's start on; null where there is none.</summary>
    /// <exception cref="ArgumentException">The expression is none, or takes too long.</exception>
    public static int? Number(string expression, string module) =>
        Find(expression, module) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, out int number) ? number : null;

    private static Match Find(string expression, string module)
    {
        string translated = expression.Replace("(?P<", "(?<", StringComparison.Ordinal).Replace("\\Z", "\\z", StringComparison.Ordinal);
        try
        {
            return Regex.Match(module, "\\A" + translated, RegexOptions.CultureInvariant, Patience);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new ArgumentException($"The expression '{expression}' takes too long on '{module}'.", nameof(expression), error);
        }
    }
}
