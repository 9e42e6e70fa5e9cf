using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>How a model is judged.</summary>
internal sealed record EvaluateConfiguration
{
    /// <summary>Episodes sampled at <see cref="Temperature"/>.</summary>
    [Range(1, int.MaxValue)]
    public int Episodes { get; init; } = 1000;

    /// <summary>Sampling temperature.</summary>
    [Range(0.01, 100.0)]
    public double Temperature { get; init; } = 1.0;

    /// <summary>Greedy episodes where the environment's starts cannot be listed; where they can, each is played once.</summary>
    [Range(1, int.MaxValue)]
    public int GreedyEpisodes { get; init; } = 200;
}
