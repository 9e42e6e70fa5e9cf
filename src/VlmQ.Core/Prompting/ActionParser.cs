using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Prompting;

/// <summary>Reads the action from a reply; a pure function of the text and the environment's actions.</summary>
public sealed class ActionParser
{
    private readonly Func<string, ImmutableArray<string>, Result<string>> _parse;

    private ActionParser(string name, Func<string, ImmutableArray<string>, Result<string>> parse)
    {
        Name = name;
        _parse = parse;
    }

    /// <summary>
    /// The whole reply, white space around it aside, must be one JSON object whose <c>action</c> is exactly one of the environment's
    /// actions. Other keys are allowed, repeated ones are not. The default.
    /// </summary>
    public static ActionParser Strict { get; } = new("strict", StrictParsing.Parse);

    /// <summary>
    /// RL4VLM's rule, which looks for substrings after <c>"action":</c>; where it does not find exactly one action the reference draws
    /// one at random, and this parser gives a fault.
    /// </summary>
    public static ActionParser Rl4Vlm { get; } = new("rl4vlm", Rl4VlmParsing.Parse);

    /// <summary>The name by which a configuration chooses it.</summary>
    public string Name { get; }

    /// <summary>The parser of a name, or a fault that lists them.</summary>
    public static Result<ActionParser> Find(string name) =>
        name switch
        {
            "strict" => Strict,
            "rl4vlm" => Rl4Vlm,
            _ => Fault.Configuration($"there is no action parser '{name}'", remedy: "use one of: rl4vlm, strict"),
        };

    /// <summary>One of <paramref name="actions"/>, or the fault that says why the reply names none.</summary>
    public Result<string> Parse(string reply, ImmutableArray<string> actions) => _parse(reply, actions);
}
