using System.Collections.Immutable;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Environments;

/// <summary>The environments that exist, by id and by short name.</summary>
public static class EnvironmentCatalog
{
    private static readonly ImmutableArray<(string ShortName, IEnvironment Environment)> All = [(NumberLine.ShortName, new NumberLine())];

    /// <summary>The short names, in alphabetical order.</summary>
    public static ImmutableArray<string> Names => [.. All.Select(entry => entry.ShortName).Order(StringComparer.Ordinal)];

    /// <summary>The environment of an id or a short name, or a fault that lists those there are.</summary>
    /// <param name="name">For example <c>gym_cards/NumberLine-v0</c> or <c>numberline</c>.</param>
    public static Result<IEnvironment> Find(string name)
    {
        foreach ((string shortName, IEnvironment environment) in All)
        {
            if (name == shortName || name == environment.Id)
            {
                return new Result<IEnvironment>.Ok(environment);
            }
        }
        return Fault.Configuration($"there is no environment '{name}'", remedy: $"use one of: {string.Join(", ", Names)}");
    }
}
