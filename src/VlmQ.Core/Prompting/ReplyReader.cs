using System.Collections.Immutable;

namespace VlmQ.Core.Prompting;

/// <summary>A parser with the actions of an environment: whatever a dataset holds, it says again how each reply was read.</summary>
/// <param name="Parser">How replies are read.</param>
/// <param name="Actions">The environment's actions.</param>
public sealed record ReplyReader(ActionParser Parser, ImmutableArray<string> Actions)
{
    /// <summary>The action, or why there is none.</summary>
    public ParsedReply Read(string reply) => Parser.Parse(reply, Actions);
}
