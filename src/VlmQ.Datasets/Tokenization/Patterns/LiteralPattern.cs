namespace VlmQ.Datasets.Tokenization.Patterns;

/// <summary>A string, exactly spelled.</summary>
/// <param name="content">At least one unit.</param>
internal sealed class LiteralPattern(string content) : TextPattern
{
    /// <summary>The string.</summary>
    public string Content => content;

    /// <inheritdoc/>
    public override void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        int start = 0;
        while (text[start..].IndexOf(content, StringComparison.Ordinal) is var at and >= 0)
        {
            matches.Add((start + at, start + at + content.Length));
            start += at + content.Length;
        }
    }
}
