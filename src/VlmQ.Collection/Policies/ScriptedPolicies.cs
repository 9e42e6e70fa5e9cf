using VlmQ.Core.Episodes;

namespace VlmQ.Collection.Policies;

/// <summary>The policies that need no model, by name.</summary>
public static class ScriptedPolicies
{
    /// <summary>The policy of a name, or a fault that lists them.</summary>
    /// <param name="name"><c>random</c> or <c>noisy</c>.</param>
    /// <param name="malformed">The noisy policy's share of malformed replies, 0–1.</param>
    public static Result<IPolicy> Find(string name, double malformed = 0.4) =>
        name switch
        {
            "random" => new Result<IPolicy>.Ok(new RandomPolicy()),
            "noisy" when malformed is >= 0 and <= 1 => new Result<IPolicy>.Ok(new NoisyPolicy(malformed)),
            "noisy" => Fault.Configuration($"A share of malformed replies is between 0 and 1; it is {malformed}"),
            _ => Fault.Configuration($"there is no policy '{name}'", remedy: "use one of: noisy, random"),
        };
}
