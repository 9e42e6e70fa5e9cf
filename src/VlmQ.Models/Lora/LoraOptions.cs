using System.Collections.Immutable;

namespace VlmQ.Models.Lora;

/// <summary>Low-rank adaptation (Hu et al., arXiv 2106.09685): which linear layers, and how much.</summary>
public sealed record LoraOptions
{
    /// <param name="rank">r, at least 1.</param>
    /// <param name="alpha">The scale's numerator; positive.</param>
    /// <param name="targetModules">
    /// A layer is adapted when its path equals an entry or ends with a dot and an entry, as in PEFT; <c>all-linear</c> names all.
    /// </param>
    /// <param name="rankStabilized">Scale by α/√r (arXiv 2312.03732) in place of α/r.</param>
    public LoraOptions(int rank, double alpha, ImmutableArray<string> targetModules, bool rankStabilized = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        if (targetModules.IsDefaultOrEmpty)
        {
            throw new ArgumentException("Adapters need at least one target module.", nameof(targetModules));
        }
        Rank = rank;
        Alpha = alpha;
        TargetModules = targetModules;
        RankStabilized = rankStabilized;
    }

    /// <summary>r.</summary>
    public int Rank { get; }

    /// <summary>The scale's numerator.</summary>
    public double Alpha { get; }

    /// <summary>Endings of the paths of adapted layers.</summary>
    public ImmutableArray<string> TargetModules { get; }

    /// <summary>Scale by α/√r.</summary>
    public bool RankStabilized { get; }

    /// <summary>s: what B·A is multiplied by.</summary>
    public double Scale => RankStabilized ? Alpha / Math.Sqrt(Rank) : Alpha / Rank;

    /// <summary>Whether a layer is adapted.</summary>
    public bool Matches(string module)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (string target in TargetModules)
        {
            if (target == "all-linear" || module == target || module.EndsWith("." + target, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }
}
