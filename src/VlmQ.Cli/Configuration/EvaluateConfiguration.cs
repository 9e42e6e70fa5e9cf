using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>How a model is judged, and how its replies are sampled.</summary>
internal sealed record EvaluateConfiguration : DecodingConfiguration
{
    /// <summary>Episodes that are sampled.</summary>
    [Range(1, int.MaxValue)]
    public int Episodes { get; init; } = 1000;

    /// <summary>Greedy episodes where the environment's starts cannot be listed; where they can, each is played once.</summary>
    [Range(1, int.MaxValue)]
    public int GreedyEpisodes { get; init; } = 200;
}
