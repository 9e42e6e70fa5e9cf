using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VlmQ.Cli.Configuration;

/// <summary>
/// Refuses YAML that a reader of nodes could not survive: nested too deeply for its stack, holding itself, or unfolding through aliases
/// of aliases to more nodes than memory takes.
/// </summary>
internal static class YamlLimits
{
    private const int Deepest = 64;
    private const long MostNodes = 1 << 20;

    /// <summary>Goes through a text without building anything.</summary>
    /// <exception cref="YamlException">It is not YAML, or is past a limit.</exception>
    public static void Check(TextReader text)
    {
        Parser parser = new(text);
        Stack<(AnchorName Anchor, long Before)> open = new();
        Dictionary<AnchorName, long> sizes = [];
        long nodes = 0;
        while (parser.MoveNext())
        {
            ParsingEvent current = parser.Current!;
            switch (current)
            {
                case AnchorAlias alias:
                    // What is still open has no size yet: the alias would stand inside what it stands for.
                    nodes += sizes.TryGetValue(alias.Value, out long size)
                        ? size
                        : throw Refuse(current, $"'*{alias.Value}' is not known here");
                    break;
                case SequenceStart or MappingStart:
                    open.Push((((NodeEvent)current).Anchor, nodes++));
                    break;
                case SequenceEnd or MappingEnd:
                    (AnchorName anchor, long before) = open.Pop();
                    Remember(sizes, anchor, nodes - before);
                    break;
                case Scalar scalar:
                    nodes++;
                    Remember(sizes, scalar.Anchor, 1);
                    break;
            }
            if (open.Count > Deepest || nodes > MostNodes)
            {
                throw Refuse(current, open.Count > Deepest ? $"nested more than {Deepest} deep" : $"more than {MostNodes} values");
            }
        }
    }

    private static void Remember(Dictionary<AnchorName, long> sizes, AnchorName anchor, long size)
    {
        if (!anchor.IsEmpty)
        {
            sizes[anchor] = size;
        }
    }

    private static YamlException Refuse(ParsingEvent at, string what) => new(at.Start, at.End, what);
}
