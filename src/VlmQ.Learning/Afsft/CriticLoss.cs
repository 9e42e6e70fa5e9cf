using System.Text.Json.Serialization;
using VlmQ.Models;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>ℓ(Q, y): how a critic's prediction is held against its target (design §7).</summary>
[JsonDerivedType(typeof(SquaredError), "squaredError")]
[JsonDerivedType(typeof(TwoHot), "twoHot")]
[JsonDerivedType(typeof(HlGauss), "hlGauss")]
public abstract record CriticLoss
{
    private CriticLoss() { }

    /// <summary>Whether critics must put out a logit a bin.</summary>
    public abstract bool Classifies { get; }

    /// <summary>ℓ of every prediction, <c>[K, N]</c>.</summary>
    /// <param name="prediction">Values <c>[K, N]</c>, or logits <c>[K, N, bins]</c> of classifying critics.</param>
    /// <param name="targets">y, <c>[N]</c>.</param>
    /// <param name="support">The bins of classifying critics; null otherwise.</param>
    public abstract Tensor Of(Tensor prediction, ReadOnlySpan<float> targets, CriticSupport? support);

    /// <summary>The distribution over bins, <c>[N, bins]</c>, that stands for each target; empty where critics put out values.</summary>
    public abstract float[] Distribution(ReadOnlySpan<float> targets, CriticSupport? support);

    /// <summary>ℓ = (Q − y)².</summary>
    public sealed record SquaredError : CriticLoss
    {
        /// <inheritdoc/>
        public override bool Classifies => false;

        /// <inheritdoc/>
        public override Tensor Of(Tensor prediction, ReadOnlySpan<float> targets, CriticSupport? support)
        {
            ArgumentNullException.ThrowIfNull(prediction);
            using Tensor y = tensor(targets.ToArray(), device: prediction.device);
            using Tensor error = prediction - y; // [K, N]
            return error.square();
        }

        /// <inheritdoc/>
        public override float[] Distribution(ReadOnlySpan<float> targets, CriticSupport? support) => [];
    }

    /// <summary>Cross-entropy with the target split between its two neighbouring centres so that the mean is the target.</summary>
    public sealed record TwoHot : CriticLoss
    {
        /// <inheritdoc/>
        public override bool Classifies => true;

        /// <inheritdoc/>
        public override Tensor Of(Tensor prediction, ReadOnlySpan<float> targets, CriticSupport? support) =>
            CrossEntropy(prediction, Distribution(targets, support), Required(support));

        /// <inheritdoc/>
        public override float[] Distribution(ReadOnlySpan<float> targets, CriticSupport? support)
        {
            CriticSupport bins = Required(support);
            float[] distribution = new float[targets.Length * bins.Bins];
            for (int i = 0; i < targets.Length; i++)
            {
                double place = (Math.Clamp(targets[i], bins.Minimum, bins.Maximum) - bins.Minimum) / bins.Spacing;
                int low = Math.Min((int)place, bins.Bins - 2);
                distribution[(i * bins.Bins) + low] = (float)(1 - (place - low));
                distribution[(i * bins.Bins) + low + 1] = (float)(place - low);
            }
            return distribution;
        }
    }

    /// <summary>
    /// Cross-entropy with a normal density around the target, integrated over the bins (HL-Gauss; Farebrother et al.,
    /// "Stop Regressing", arXiv 2403.03950).
    /// </summary>
    /// <param name="DeviationInBins">Standard deviation as a multiple of the bins' spacing.</param>
    public sealed record HlGauss(double DeviationInBins = 0.75) : CriticLoss
    {
        /// <inheritdoc/>
        public override bool Classifies => true;

        /// <inheritdoc/>
        public override Tensor Of(Tensor prediction, ReadOnlySpan<float> targets, CriticSupport? support) =>
            CrossEntropy(prediction, Distribution(targets, support), Required(support));

        /// <inheritdoc/>
        public override float[] Distribution(ReadOnlySpan<float> targets, CriticSupport? support)
        {
            CriticSupport bins = Required(support);
            double deviation = DeviationInBins * bins.Spacing;
            float[] distribution = new float[targets.Length * bins.Bins];
            Span<double> edges = stackalloc double[bins.Bins + 1];
            for (int i = 0; i < targets.Length; i++)
            {
                double target = Math.Clamp(targets[i], bins.Minimum, bins.Maximum);
                for (int edge = 0; edge < edges.Length; edge++)
                {
                    edges[edge] = NormalDistribution.Cumulative((bins.Centre(edge) - (0.5 * bins.Spacing) - target) / deviation);
                }
                // What the density holds beyond the outer edges is shared out in proportion, so that the bins sum to one.
                double held = edges[^1] - edges[0];
                for (int bin = 0; bin < bins.Bins; bin++)
                {
                    distribution[(i * bins.Bins) + bin] = (float)((edges[bin + 1] - edges[bin]) / held);
                }
            }
            return distribution;
        }
    }

    private static CriticSupport Required(CriticSupport? support) =>
        support ?? throw new ArgumentNullException(nameof(support), "A classifying critic loss needs the critics' support.");

    private static Tensor CrossEntropy(Tensor logits, float[] distribution, CriticSupport support)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using Tensor target = tensor(distribution, [distribution.Length / support.Bins, support.Bins], device: logits.device); // [N, bins]
        using Tensor logProbabilities = logits.log_softmax(-1); // [K, N, bins]
        using Tensor product = logProbabilities * target;
        using Tensor sum = product.sum(-1); // [K, N]
        return -sum;
    }
}
