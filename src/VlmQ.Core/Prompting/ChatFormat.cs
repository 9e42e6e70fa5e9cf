using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace VlmQ.Core.Prompting;

/// <summary>
/// How a family of models expects a question about a picture: what comes before the picture, between it and the prompt, and after.
/// </summary>
public sealed partial record ChatFormat
{
    /// <summary>The name of the plainest one.</summary>
    public const string NoneName = "none";

    private readonly ImmutableArray<string> _markers;

    /// <param name="name">The name by which it is chosen.</param>
    /// <param name="opening">What comes before the picture.</param>
    /// <param name="middle">What comes between the picture and the prompt.</param>
    /// <param name="ending">What comes after the prompt.</param>
    /// <exception cref="ArgumentException">The name is empty, or a part holds a picture of its own.</exception>
    public ChatFormat(string name, string opening, string middle, string ending)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string all = opening + middle + ending;
        if (all.Contains(PromptTemplate.ImagePlaceholder, StringComparison.Ordinal))
        {
            throw new ArgumentException("The picture has one place, between opening and middle.", nameof(opening));
        }
        Name = name;
        Opening = opening;
        Middle = middle;
        Ending = ending;
        _markers = [PromptTemplate.ImagePlaceholder, .. Marker().Matches(all).Select(match => match.Value).Distinct()];
    }

    /// <summary>The picture and then the prompt, for models that know no roles.</summary>
    public static ChatFormat None { get; } = new(NoneName, "", "", "");

    /// <summary>The name by which it is chosen.</summary>
    public string Name { get; }

    /// <summary>What comes before the picture.</summary>
    public string Opening { get; }

    /// <summary>What comes between the picture and the prompt.</summary>
    public string Middle { get; }

    /// <summary>What comes after the prompt.</summary>
    public string Ending { get; }

    /// <summary>The whole of what a model reads.</summary>
    public string Wrap(string prompt) => string.Concat([Opening, PromptTemplate.ImagePlaceholder, Middle, prompt, Ending]);

    /// <summary>Somebody else's words with the format's own marks broken up: they open no role and stand for no picture.</summary>
    public string Harmless(string words)
    {
        foreach (string marker in _markers)
        {
            words = words.Replace(marker, "< " + marker[1..], StringComparison.Ordinal);
        }
        return words;
    }

    /// <inheritdoc/>
    public bool Equals(ChatFormat? other) =>
        other is not null && (Name, Opening, Middle, Ending) == (other.Name, other.Opening, other.Middle, other.Ending);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Opening, Middle, Ending);

    [GeneratedRegex(@"<\|[^|<>\n]*\|>", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
