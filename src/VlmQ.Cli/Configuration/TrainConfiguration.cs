using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>The model, and how it is trained.</summary>
internal sealed record TrainConfiguration
{
    /// <summary>Updates.</summary>
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 1000;
}
