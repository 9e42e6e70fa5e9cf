using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>A data set to collect.</summary>
internal sealed record DataConfiguration
{
    /// <summary>Names its folders and its rows in the summary.</summary>
    [Required, RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]*", ErrorMessage = "must be letters, digits, '.', '_' and '-'")]
    public string Name { get; init; } = "";

    /// <summary><c>random</c> or <c>noisy</c>.</summary>
    public string Policy { get; init; } = "random";

    /// <summary>Share of malformed replies of the noisy policy, 0–1.</summary>
    [Range(0.0, 1.0)]
    public double Malformed { get; init; } = 0.4;

    /// <summary>At most this many turns, in whole episodes.</summary>
    [Range(1, int.MaxValue)]
    public int Turns { get; init; } = 6000;

    /// <summary>Updates on this data set in place of <c>train.steps</c>.</summary>
    [Range(1, int.MaxValue)]
    public int? Steps { get; init; }
}
