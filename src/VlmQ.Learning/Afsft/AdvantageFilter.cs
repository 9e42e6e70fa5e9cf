using System.Text.Json.Serialization;

namespace VlmQ.Learning;

/// <summary>f(A): how much a token with advantage A is imitated (design §7).</summary>
[JsonDerivedType(typeof(None), "none")]
[JsonDerivedType(typeof(Binary), "binary")]
[JsonDerivedType(typeof(Exponential), "exponential")]
[JsonDerivedType(typeof(LeakyRelu), "leakyRelu")]
public abstract record AdvantageFilter
{
    private AdvantageFilter() { }

    /// <summary>f(A).</summary>
    public abstract float Weight(float advantage);

    /// <summary>f ≡ 1: every token is imitated, which is supervised fine-tuning.</summary>
    public sealed record None : AdvantageFilter
    {
        /// <inheritdoc/>
        public override float Weight(float advantage) => 1;
    }

    /// <summary>f = 1[A > β].</summary>
    /// <param name="Beta">β. Below 0, tokens that are as good as any but for the critics' errors pass; real mistakes cost about a
    /// reward.</param>
    public sealed record Binary(double Beta = -0.3) : AdvantageFilter
    {
        /// <inheritdoc/>
        public override float Weight(float advantage) => advantage > Beta ? 1 : 0;
    }

    /// <summary>f = min(exp(A/τ), maximum), as in advantage-weighted regression (Peng et al., arXiv 1910.00177).</summary>
    /// <param name="Temperature">τ, positive.</param>
    /// <param name="Maximum">The largest weight.</param>
    public sealed record Exponential(double Temperature = 0.3, double Maximum = 20) : AdvantageFilter
    {
        /// <inheritdoc/>
        public override float Weight(float advantage) => (float)Math.Min(Math.Exp(advantage / Temperature), Maximum);
    }

    /// <summary>f = A for A ≥ 0, slope·A below: bad tokens are pushed away a little.</summary>
    /// <param name="Slope">0 to 1.</param>
    public sealed record LeakyRelu(double Slope = 0.01) : AdvantageFilter
    {
        /// <inheritdoc/>
        public override float Weight(float advantage) => advantage >= 0 ? advantage : (float)(Slope * advantage);
    }
}
