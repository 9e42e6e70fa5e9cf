namespace VlmQ.Core.Prompting;

/// <summary>The agent's parser: takes the words of the action out of a free-form reply. Pure, and linear in the reply's length.</summary>
public sealed class ReplyParser
{
    private readonly Func<string, ParsedReply> _parse;

    private ReplyParser(Func<string, ParsedReply> parse) => _parse = parse;

    /// <summary>The reply is one JSON object and nothing else.</summary>
    public static ReplyParser Strict { get; } = new(StrictParsing.Parse);

    /// <summary>
    /// The last <c>action</c> of a JSON object anywhere in the reply. Forgiven are text and code fences around it, other letter case of
    /// the key, single, typographic or missing quotes, quotes inside quotes, line ends in strings, trailing and missing commas, and
    /// missing closing brackets after the action. An object that has an action of its own hides those of the objects inside it.
    /// </summary>
    public static ReplyParser Json { get; } = new(reply => LenientJson.Parse(reply, last: true));

    /// <summary>The same with the first one.</summary>
    public static ReplyParser JsonFirst { get; } = new(reply => LenientJson.Parse(reply, last: false));

    /// <summary>
    /// The last line that begins with <c>Action:</c>, letter case aside; without one, the reply itself if it is a single line.
    /// Quotes, backticks and asterisks of emphasis around the words are taken off.
    /// </summary>
    public static ReplyParser Plain { get; } = new(reply => PlainParsing.Parse(reply, last: true));

    /// <summary>The same with the first such line.</summary>
    public static ReplyParser PlainFirst { get; } = new(reply => PlainParsing.Parse(reply, last: false));

    /// <summary>RL4VLM's: everything from the first <c>"action":</c> on, or the last character where there is none.</summary>
    public static ReplyParser AfterKey { get; } = new(Rl4VlmParsing.AfterKey);

    /// <summary>The words of the action, or why there are none.</summary>
    public ParsedReply Parse(string reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return _parse(reply);
    }
}
