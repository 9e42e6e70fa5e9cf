using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Text;

namespace VlmQ.Collection.Policies;

/// <summary>Policies by name: those that need no model are made here.</summary>
public static class NamedPolicies
{
    /// <summary>The name of the policy that is a model on this machine.</summary>
    public const string Model = "model";

    /// <summary>The name of the policy that is a model behind an endpoint.</summary>
    public const string Remote = "remote";

    private static readonly ImmutableArray<string> All = ["expert", Model, "noisy", "random", Remote];

    /// <summary>The policy that some settings describe, or a fault that says what is wrong with them.</summary>
    /// <param name="settings">The name and what goes with it.</param>
    /// <param name="environment">Where it plays.</param>
    /// <param name="models">Makes <see cref="Model"/> and <see cref="Remote"/>, each at most once.</param>
    public static Result<IPolicy> Make(PolicySettings settings, IEnvironment environment, Func<string, Result<IPolicy>> models)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(models);
        return IsMixture(settings.Name) ? Mixture(settings, environment, models) : Find(settings.Name, settings, environment, models);
    }

    /// <summary>Whether a policy's or a mixture's name names a policy.</summary>
    public static bool Names(string name, string policy) =>
        IsMixture(name)
            ? Weights.Parse(name) is Result<(ImmutableArray<string> Names, Weights Weights)>.Ok parsed
                && parsed.Value.Names.Contains(policy)
            : name == policy;

    /// <summary>Whether a name is that of several policies.</summary>
    public static bool IsMixture(string name) => name.AsSpan().ContainsAny(',', '=');

    private static Result<IPolicy> Find(
        string name,
        PolicySettings settings,
        IEnvironment environment,
        Func<string, Result<IPolicy>> models
    ) =>
        name switch
        {
            "random" => new Result<IPolicy>.Ok(new RandomPolicy()),
            "noisy" => Share(settings.Malformed, "malformed replies")
                .Bind(share =>
                    Malformations.Parse(settings.Malformations).Bind(kinds => new Result<IPolicy>.Ok(new NoisyPolicy(share, kinds)))
                ),
            "expert" => environment is IHasExpert expert
                ? Share(settings.Epsilon, "random actions").Bind(share => new Result<IPolicy>.Ok(new ExpertPolicy(expert, share)))
                : Fault.Configuration($"no expert plays {environment.Id}", remedy: "use one of: model, noisy, random, remote"),
            Model or Remote => models(name),
            _ => Fault.Configuration(
                $"there is no policy '{name}'",
                remedy: (NearestName.Of(name, All, within: 2) is { } nearest ? $"did you mean '{nearest}'? " : "")
                    + $"use one of: {string.Join(", ", All)}; or a mixture such as expert=0.5,noisy=0.5"
            ),
        };

    private static Result<IPolicy> Mixture(PolicySettings settings, IEnvironment environment, Func<string, Result<IPolicy>> models) =>
        Weights
            .Parse(settings.Name)
            .Bind<IPolicy>(parsed =>
            {
                ImmutableArray<IPolicy>.Builder policies = ImmutableArray.CreateBuilder<IPolicy>();
                foreach (string name in parsed.Names)
                {
                    switch (Find(name, settings, environment, models))
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
