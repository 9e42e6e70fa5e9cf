namespace VlmQ.Core.Prompting;

/// <summary>See <see cref="ReplyParser.Plain"/>.</summary>
internal static class PlainParsing
{
    private const string Key = "action";

    public static ParsedReply Parse(string reply, bool last)
    {
        ReadOnlySpan<char> text = reply.AsSpan().Trim();
        if (text.IsEmpty)
        {
            return ParsedReply.Not(ReplyFailure.Empty, "the reply is empty");
        }
        bool labelled = false;
        ReadOnlySpan<char> words = default;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (AfterLabel(line, out ReadOnlySpan<char> found))
            {
                words = found;
                labelled = true;
                if (!last)
                {
                    break;
                }
            }
        }
        if (!labelled && text.ContainsAny('\r', '\n'))
        {
            return ParsedReply.Not(ReplyFailure.NoActionField, "the reply has several lines, none of which begins with 'Action:'");
        }
        words = Bare(labelled ? words : text);
        return words.IsEmpty
            ? ParsedReply.Not(ReplyFailure.Truncated, "the reply names nothing after 'Action:'")
            : new ParsedReply.Action(words.ToString());
    }

    private static bool AfterLabel(ReadOnlySpan<char> line, out ReadOnlySpan<char> words)
    {
        // Emphasis, headings and quotations in front are common; an action is never in front of the label.
        ReadOnlySpan<char> label = line.TrimStart(" \t*_#>");
        words = default;
        if (!label.StartsWith(Key, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        ReadOnlySpan<char> rest = label[Key.Length..].TrimStart(" \t*_");
        if (rest.IsEmpty || rest[0] != ':')
        {
            return false;
        }
        words = rest[1..];
        return true;
    }

    /// <summary>Takes off what surrounds words, but never the words themselves: an asterisk can be an action.</summary>
    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> words)
    {
        words = words.Trim();
        // The second half of a label in bold face: **Action:** +
        if (words.StartsWith("** "))
        {
            words = words[3..].TrimStart();
        }
        words = WithoutStop(words);
        while (words.Length > 2 && Pairs(words[0], words[^1]))
        {
            words = WithoutStop(words[1..^1].Trim());
        }
        return words;
    }

    private static ReadOnlySpan<char> WithoutStop(ReadOnlySpan<char> words) => words.Length > 1 && words[^1] == '.' ? words[..^1] : words;

    private static bool Pairs(char first, char last) =>
        (first, last) switch
        {
            ('"', '"') or ('\'', '\'') or ('`', '`') or ('*', '*') or ('“', '”') or ('‘', '’') => true,
            _ => false,
        };
}
