using System.Collections.Immutable;
using VlmQ.Core.Text;

namespace VlmQ.Core.Prompting;

/// <summary>The environment's parser: holds words against the actions that the environment has. Pure.</summary>
public sealed class ActionGrammar
{
    private const int MostShown = 60;

    private readonly Func<string, ImmutableArray<string>, ParsedReply> _check;

    private ActionGrammar(Func<string, ImmutableArray<string>, ParsedReply> check) => _check = check;

    /// <summary>The words are an action to the letter.</summary>
    public static ActionGrammar Exact { get; } = new(CheckExact);

    /// <summary>The same, but white space around the words does not count, nor does letter case where that leaves one action.</summary>
    public static ActionGrammar Lenient { get; } = new(CheckLenient);

    /// <summary>RL4VLM's: the words contain exactly one action.</summary>
    public static ActionGrammar Mentions { get; } = new(Rl4VlmParsing.Mentioned);

    /// <summary>One of <paramref name="actions"/>, or why the words are none.</summary>
    public ParsedReply Check(string words, ImmutableArray<string> actions)
    {
        ArgumentNullException.ThrowIfNull(words);
        return _check(words, actions);
    }

    /// <summary>Words for a message.</summary>
    internal static string Shown(string words) => Printable.Of(words, MostShown);

    private static ParsedReply CheckExact(string words, ImmutableArray<string> actions) =>
        actions.Contains(words) ? new ParsedReply.Action(words) : Unknown(words, actions);

    private static ParsedReply CheckLenient(string words, ImmutableArray<string> actions)
    {
        ReadOnlySpan<char> bare = words.AsSpan().Trim();
        string? found = null;
        bool several = false;
        foreach (string action in actions)
        {
            if (bare.SequenceEqual(action))
            {
                return new ParsedReply.Action(action);
            }
            if (bare.Equals(action, StringComparison.OrdinalIgnoreCase))
            {
                several = found is not null;
                found = action;
            }
        }
        return several ? ParsedReply.Not(ReplyFailure.Ambiguous, $"'{Shown(words)}' is several actions when letter case is left aside")
            : found is not null ? new ParsedReply.Action(found)
            : Unknown(words, actions);
    }

    private static ParsedReply Unknown(string words, ImmutableArray<string> actions) =>
        ParsedReply.Not(ReplyFailure.UnknownAction, $"'{Shown(words)}' is not an action", $"use one of: {string.Join(" ", actions)}");
}
