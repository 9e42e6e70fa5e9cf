using System.Collections.Immutable;
using System.Text;
using VlmQ.Datasets.Tokenization.Patterns;

namespace VlmQ.Datasets.Tokenization.Normalizing;

/// <summary>Rewrites a text before it is cut into pieces. Safe from several threads.</summary>
internal abstract class TextNormalizer
{
    /// <summary>How many times longer a text can become, at most, but for a few characters.</summary>
    public virtual long Growth => 1;

    /// <summary>The text, rewritten.</summary>
    /// <param name="text">Text without half characters.</param>
    public abstract string Normalize(string text);
}

/// <summary>Puts a string in front of a text that is not empty.</summary>
/// <param name="prefix">The string.</param>
internal sealed class PrependNormalizer(string prefix) : TextNormalizer
{
    /// <inheritdoc/>
    public override string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}

/// <summary>Puts a string in the place of every match of a pattern.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="content">The string.</param>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : TextNormalizer
{
    /// <inheritdoc/>
    public override long Growth => Math.Max(1, content.Length);

    /// <inheritdoc/>
    public override string Normalize(string text)
    {
        List<(int Start, int End)> matches = [];
        pattern.FindAll(text, matches);
        if (matches.Count == 0)
        {
            return text;
        }
        StringBuilder replaced = new(text.Length);
        int done = 0;
        foreach ((int start, int end) in matches)
        {
            replaced.Append(text, done, start - done).Append(content);
            done = end;
        }
        return replaced.Append(text, done, text.Length - done).ToString();
    }
}

/// <summary>Composes characters: Unicode's normal form C.</summary>
internal sealed class ComposingNormalizer : TextNormalizer
{
    /// <inheritdoc/>
    public override string Normalize(string text) => Composition.Compose(text);
}

/// <summary>One normaliser after the other.</summary>
/// <param name="parts">The normalisers, in order.</param>
internal sealed class NormalizerChain(ImmutableArray<TextNormalizer> parts) : TextNormalizer
{
    /// <inheritdoc/>
    public override long Growth => parts.Aggregate(1L, (growth, part) => Math.Min(int.MaxValue, growth * part.Growth));

    /// <inheritdoc/>
    public override string Normalize(string text)
    {
        foreach (TextNormalizer part in parts)
        {
            text = part.Normalize(text);
        }
        return text;
    }
}
