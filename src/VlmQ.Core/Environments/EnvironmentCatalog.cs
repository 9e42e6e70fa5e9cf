using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi;
using VlmQ.Core.Environments.BabyAi.Levels;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Episodes;
using VlmQ.Core.Text;

namespace VlmQ.Core.Environments;

/// <summary>The environments that exist, by id and by short name.</summary>
public static class EnvironmentCatalog
{
    /// <summary>All environments, suite by suite.</summary>
    public static ImmutableArray<EnvironmentEntry> All { get; } =
    [
        new EnvironmentEntry(NumberLine.ShortName, NumberLine.Name, () => new NumberLine()),
        new EnvironmentEntry(EZPoints.ShortName, EZPoints.Name, () => new EZPoints()),
        new EnvironmentEntry(Points24.ShortName, Points24.Name, () => new Points24()),
        new EnvironmentEntry(Blackjack.ShortName, Blackjack.Name, () => new Blackjack()),
        .. BabyAiLevels.All.Select(level => new EnvironmentEntry(level.ShortName, level.Id, () => new BabyAiEnvironment(level))),
    ];

    /// <summary>The environment of an id or a short name, or a fault that suggests the nearest name.</summary>
    /// <param name="name">For example <c>gym_cards/NumberLine-v0</c> or <c>numberline</c>.</param>
    public static Result<IEnvironment> Find(string name)
    {
        foreach (EnvironmentEntry entry in All)
        {
            if (name == entry.Name || name == entry.Id)
            {
                return new Result<IEnvironment>.Ok(entry.Environment);
            }
        }
        const string Remedy = "`vlmq env list` lists them";
        string? nearest = NearestName.Of(
            name,
            All.SelectMany(entry => (string[])[entry.Name, entry.Id]),
            within: Math.Max(2, name.Length / 3)
        );
        return Fault.Configuration(
            $"there is no environment '{name}'",
            remedy: nearest is null ? Remedy : $"did you mean '{nearest}'? {Remedy}"
        );
    }
}
