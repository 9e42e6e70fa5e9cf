using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>Low-rank adapters.</summary>
internal sealed record LoraConfiguration
{
    /// <summary>Rank of the adapters' product.</summary>
    [Range(1, 4096)]
    public int Rank { get; init; } = 8;

    /// <summary>α: the product is scaled by α / rank.</summary>
    [Range(1e-6, 1e6)]
    public double Alpha { get; init; } = 16;

    /// <summary>
    /// The linear layers that get one, by the end of their names; <c>all-linear</c> for all, <c>text-linear</c> for those inside the layers
    /// of the text model.
    /// </summary>
    [MinLength(1, ErrorMessage = "must name at least one layer")]
    public ImmutableArray<string> TargetModules { get; init; } = ["all-linear"];

    /// <summary>Share of the adapters' inputs that an update leaves out, 0 up to, not including, 1.</summary>
    [Range(0.0, 0.999)]
    public double Dropout { get; init; }
}
