using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Text;

namespace VlmQ.Core.Prompting;

/// <summary>
/// Reads the action from a reply: the agent's parser takes the words out of the reply, the environment's holds them against the
/// actions. Both are pure, and linear in the reply's length.
/// </summary>
public sealed class ActionParser
{
    private ActionParser(string name, ReplyParser agent, ActionGrammar environment)
    {
        Name = name;
        Agent = agent;
        Environment = environment;
    }

    /// <summary>
    /// The whole reply, white space around it aside, must be one JSON object whose <c>action</c> is exactly one of the environment's
    /// actions. Other keys are allowed, repeated ones are not. The default.
    /// </summary>
    public static ActionParser Strict { get; } = new("strict", ReplyParser.Strict, ActionGrammar.Exact);

    /// <summary>The last action of a JSON object anywhere in the reply, with what models get wrong in JSON repaired.</summary>
    public static ActionParser Json { get; } = new("json", ReplyParser.Json, ActionGrammar.Lenient);

    /// <summary>The first one.</summary>
    public static ActionParser JsonFirst { get; } = new("json-first", ReplyParser.JsonFirst, ActionGrammar.Lenient);

    /// <summary>The last line <c>Action: …</c>, or the reply itself where it has no such line.</summary>
    public static ActionParser Plain { get; } = new("plain", ReplyParser.Plain, ActionGrammar.Lenient);

    /// <summary>The first such line.</summary>
    public static ActionParser PlainFirst { get; } = new("plain-first", ReplyParser.PlainFirst, ActionGrammar.Lenient);

    /// <summary>
    /// RL4VLM's rule, which looks for substrings after <c>"action":</c>; where it does not find exactly one action the reference draws
    /// one at random, and this parser gives a fault.
    /// </summary>
    public static ActionParser Rl4Vlm { get; } = new("rl4vlm", ReplyParser.AfterKey, ActionGrammar.Mentions);

    /// <summary>All of them, in the order of their names.</summary>
    public static ImmutableArray<ActionParser> All { get; } = [Json, JsonFirst, Plain, PlainFirst, Rl4Vlm, Strict];

    /// <summary>The name by which a configuration chooses it.</summary>
    public string Name { get; }

    /// <summary>Takes the words of the action out of the reply.</summary>
    public ReplyParser Agent { get; }

    /// <summary>Holds them against the environment's actions.</summary>
    public ActionGrammar Environment { get; }

    /// <summary>The parser of a name, or a fault that lists them.</summary>
    public static Result<ActionParser> Find(string name)
    {
        foreach (ActionParser parser in All)
        {
            if (parser.Name == name)
            {
                return parser;
            }
        }
        string known = "use one of: " + string.Join(", ", All.Select(parser => parser.Name));
        string? nearest = NearestName.Of(name, All.Select(parser => parser.Name), within: 2);
        return Fault.Configuration($"there is no action parser '{name}'", remedy: nearest is null ? known : $"did you mean '{nearest}'?");
    }

    /// <summary>One of <paramref name="actions"/>, or why the reply names none.</summary>
    public ParsedReply Parse(string reply, ImmutableArray<string> actions) =>
        Agent.Parse(reply).Bind(words => Environment.Check(words, actions));
}
