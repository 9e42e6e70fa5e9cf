using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;

namespace VlmQ.Collection.Policies;

/// <summary>The policies that need no model, by name.</summary>
public static class ScriptedPolicies
{
    /// <summary>The policy that some settings describe, or a fault that says what is wrong with them.</summary>
    /// <param name="settings">The name and what goes with it.</param>
    /// <param name="environment">Where it plays.</param>
    public static Result<IPolicy> Make(PolicySettings settings, IEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(environment);
        return IsMixture(settings.Name) ? Mixture(settings, environment) : Find(settings.Name, settings, environment);
    }

    /// <summary>Whether a name is that of several policies.</summary>
    internal static bool IsMixture(string name) => name.AsSpan().ContainsAny(',', '=');

    private static Result<IPolicy> Find(string name, PolicySettings settings, IEnvironment environment) =>
        name switch
        {
            "random" => new Result<IPolicy>.Ok(new RandomPolicy()),
            "noisy" => Share(settings.Malformed, "malformed replies")
                .Bind(share =>
                    Malformations.Parse(settings.Malformations).Bind(kinds => new Result<IPolicy>.Ok(new NoisyPolicy(share, kinds)))
                ),
            "expert" => environment is IHasExpert expert
                ? Share(settings.Epsilon, "random actions").Bind(share => new Result<IPolicy>.Ok(new ExpertPolicy(expert, share)))
                : Fault.Configuration($"no expert plays {environment.Id}", remedy: "use one of: noisy, random"),
            _ => Fault.Configuration(
                $"there is no policy '{name}'",
                remedy: "use one of: expert, noisy, random; or a mixture such as expert=0.5,noisy=0.5"
            ),
        };

    private static Result<IPolicy> Mixture(PolicySettings settings, IEnvironment environment) =>
        Weights
            .Parse(settings.Name)
            .Bind<IPolicy>(parsed =>
            {
                ImmutableArray<IPolicy>.Builder policies = ImmutableArray.CreateBuilder<IPolicy>();
                foreach (string name in parsed.Names)
                {
                    switch (Find(name, settings, environment))
                    {
                        case Result<IPolicy>.Ok ok:
                            policies.Add(ok.Value);
                            break;
                        case Result<IPolicy>.Failed failed:
                            return failed;
                    }
                }
                return new Result<IPolicy>.Ok(new MixturePolicy(policies.ToImmutable(), parsed.Weights, settings.MixBy));
            });

    private static Result<double> Share(double share, string what) =>
        share is >= 0 and <= 1
            ? share
            : Fault.Configuration(string.Create(CultureInfo.InvariantCulture, $"a share of {what} is between 0 and 1; it is {share}"));
}
