using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>A dataset of a mix: an earlier data set of the pipeline, or transitions from elsewhere.</summary>
internal sealed record MixConfiguration
{
    /// <summary>The name of a data set that the pipeline lists before the mix; the one of the same seed is meant.</summary>
    public string? Data { get; init; }

    /// <summary>Transitions that are there already: a folder, or <c>s3://bucket/prefix</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Its share of the windows; the weights of a mix need not add up to 1.</summary>
    [Range(1e-6, 1e6)]
    public double Weight { get; init; } = 1;

    /// <summary>The dataset may grow while it is trained on: its new parts join at its next pass.</summary>
    public bool Follow { get; init; }
}
