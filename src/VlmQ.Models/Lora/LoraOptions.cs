using System.Collections.Immutable;

namespace VlmQ.Models.Lora;

/// <summary>Low-rank adaptation (Hu et al., arXiv 2106.09685): which linear layers, and how much. The fields mean what PEFT's do.</summary>
public sealed record LoraOptions
{
    /// <summary>The entry of <see cref="TargetModules"/> that stands for every layer.</summary>
    public const string AllLinear = "all-linear";

    private readonly double _dropout;

    /// <param name="rank">r, at least 1.</param>
    /// <param name="alpha">The scale's numerator; positive.</param>
    /// <param name="targetModules">
    /// A layer is adapted when its path equals an entry or ends with a dot and an entry; <c>all-linear</c> names all.
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

    /// <summary>Endings of the paths of adapted layers, or one expression (<see cref="TargetIsExpression"/>).</summary>
    public ImmutableArray<string> TargetModules { get; }

    /// <summary>Scale by α/√r.</summary>
    public bool RankStabilized { get; }

    /// <summary>Probability with which an input of A is left out of a training step, 0 up to, not including, 1; the others grow for it.</summary>
    public double Dropout
    {
        get => _dropout;
        init
        {
            if (!(value >= 0 && value < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A dropout lies between 0 and 1, 1 not included.");
            }
            _dropout = value;
        }
    }

    /// <summary>The one entry of <see cref="TargetModules"/> is a regular expression for whole paths.</summary>
    public bool TargetIsExpression { get; init; }

    /// <summary>Layers left out although a target names them, in the same spelling; empty for none.</summary>
    public ImmutableArray<string> ExcludedModules { get; init; } = [];

    /// <summary>The one entry of <see cref="ExcludedModules"/> is a regular expression for whole paths.</summary>
    public bool ExclusionIsExpression { get; init; }

    /// <summary>
    /// The numbers of the transformer layers that are adapted; empty for all. A target that names a whole path is adapted anyway.
    /// </summary>
    public ImmutableArray<int> Layers { get; init; } = [];

    /// <summary>The names in front of layer numbers in paths, as expressions; empty for any name.</summary>
    public ImmutableArray<string> LayersPattern { get; init; } = [];

    /// <summary>Layers with a rank of their own; the first that matches counts.</summary>
    public ImmutableArray<LoraOverride> RankPattern { get; init; } = [];

    /// <summary>Layers with an α of their own; the first that matches counts.</summary>
    public ImmutableArray<LoraOverride> AlphaPattern { get; init; } = [];

    /// <summary>The name or folder of the model that the adapter belongs to, for whoever opens it; null where it is not recorded.</summary>
    public string? BaseModel { get; init; }

    /// <summary>s of layers without a rank or α of their own: what B·A is multiplied by.</summary>
    public double Scale => ScaleOf(Rank, Alpha);

    /// <summary>r of a layer.</summary>
    public int RankOf(string module) => (int)(First(RankPattern, module) ?? Rank);

    /// <summary>s of a layer.</summary>
    public double ScaleOf(string module) => ScaleOf(RankOf(module), First(AlphaPattern, module) ?? Alpha);

    /// <summary>Whether a layer is adapted.</summary>
    /// <exception cref="ArgumentException">An expression is none.</exception>
    public bool Matches(string module)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (IsNamed(ExcludedModules, ExclusionIsExpression, module))
        {
            return false;
        }
        if (TargetIsExpression)
        {
            return ModuleExpression.Matches(TargetModules[0], module);
        }
        if (TargetModules.Contains(module) || TargetModules.Contains(AllLinear))
        {
            return true;
        }
        return IsNamed(TargetModules, false, module) && (Layers.IsEmpty || (LayerOf(module) is { } layer && Layers.Contains(layer)));
    }

    private static bool IsNamed(ImmutableArray<string> entries, bool isExpression, string module)
    {
        foreach (string entry in entries)
        {
            if (
                isExpression
                    ? ModuleExpression.Matches(entry, module)
                    : module == entry || module.EndsWith("." + entry, StringComparison.Ordinal)
            )
            {
                return true;
            }
        }
        return false;
    }

    private static double? First(ImmutableArray<LoraOverride> overrides, string module)
    {
        foreach (LoraOverride candidate in overrides)
        {
            if (candidate.Matches(module))
            {
                return candidate.Value;
            }
        }
        return null;
    }

    private double ScaleOf(int rank, double alpha) => RankStabilized ? alpha / Math.Sqrt(rank) : alpha / rank;

    // Of two numbers in a path the last counts, as in PEFT's greedy expression.
    private int? LayerOf(string module)
    {
        if (LayersPattern.IsEmpty)
        {
            return ModuleExpression.Number(".*\\.[^.]*\\.(\\d+)\\.", module);
        }
        foreach (string pattern in LayersPattern)
        {
            if (ModuleExpression.Number($".*\\.{pattern}\\.(\\d+)\\.", module) is { } layer)
            {
                return layer;
            }
        }
        return null;
    }
}
