using static TorchSharp.torch;

namespace VlmQ.Models.Kernels;

/// <summary>
/// The pieces of a model where time is spent, each as one differentiable operation. <see cref="PlainKernels"/> spells them out in
/// TorchSharp's own operations; <see cref="FusedKernels"/> computes the same numbers in fewer passes over memory.
/// </summary>
public interface IKernels
{
    /// <summary>The name that run records and benchmark tables show.</summary>
    string Name { get; }

    /// <summary>Whether, in main memory, a row of a result is to the last bit the same whatever the other rows and their number.</summary>
    bool RowsAreIndependent { get; }

    /// <summary>
    /// One pre-norm transformer block: x + proj(attention(LN(x))), then x + contract(gelu(expand(LN(x)))), with causal attention,
    /// tanh-GELU and layer norms of eps 1e-5.
    /// </summary>
    /// <param name="hidden">[B, T, d].</param>
    /// <param name="weights">The block's parameters.</param>
    /// <param name="heads">Number of attention heads; divides d.</param>
    /// <param name="precision">Precision of the matrix products.</param>
    /// <param name="tail">How many last positions to compute, 1 to T; null: all. A model's last block needs no others.</param>
    /// <returns>[B, tail, d].</returns>
    Tensor Block(Tensor hidden, BlockWeights weights, int heads, Precision precision = Precision.Full, long? tail = null);

    /// <summary>
    /// softmax(q·kᵀ/√width)·v. The queries stand at the last n of the m keys' places; each sees the keys up to its own place, and always
    /// the first ones of its row's prefix.
    /// </summary>
    /// <param name="queries">[B, heads, n, width].</param>
    /// <param name="keys">[B, heads, m, width].</param>
    /// <param name="values">[B, heads, m, width].</param>
    /// <param name="prefixes">[B], each at most m: how many first keys every query sees; 0: none but for its place, m: all.</param>
    /// <returns>[B, n, heads·width].</returns>
    Tensor Attention(Tensor queries, Tensor keys, Tensor values, IReadOnlyList<int> prefixes);

    /// <summary>Flattened patches, each normalised over its own values without scale or shift (eps 1e-2), times a matrix.</summary>
    /// <param name="patches">[B, n, p].</param>
    /// <param name="weight">[d, p].</param>
    /// <param name="bias">[d].</param>
    /// <param name="precision">Precision of the matrix product.</param>
    /// <returns>[B, n, d].</returns>
    Tensor PatchEmbedding(Tensor patches, Tensor weight, Tensor bias, Precision precision = Precision.Full);

    /// <summary>Layer norm over the last dimension, eps 1e-5.</summary>
    /// <param name="hidden">[…, d].</param>
    /// <param name="weight">[d].</param>
    /// <param name="bias">[d].</param>
    /// <returns>[…, d].</returns>
    Tensor LayerNorm(Tensor hidden, Tensor weight, Tensor bias);

    /// <summary>hidden·weightᵀ + bias.</summary>
    /// <param name="hidden">[…, d].</param>
    /// <param name="weight">[o, d]; of another type than <paramref name="hidden"/>, it is converted for the product.</param>
    /// <param name="bias">[o], or null.</param>
    /// <param name="precision">Precision of the matrix product.</param>
    /// <returns>[…, o], of the type of <paramref name="hidden"/>.</returns>
    Tensor Linear(Tensor hidden, Tensor weight, Tensor? bias = null, Precision precision = Precision.Full);

    /// <summary>
    /// Attention of one new column a row, as a decoder needs it for every token: rotates its queries and keys, puts keys and values into
    /// their buffers, and attends. Without gradient.
    /// </summary>
    /// <param name="column">The column; its place in the buffers is written.</param>
    /// <returns>
    /// <c>[rows, 1, heads·width]</c>; null, and nothing has been written, where these kernels have no shorter way than one operation after
    /// the other.
    /// </returns>
    Tensor? NextAttention(NextColumn column);

    /// <summary>K two-layer perceptrons with tanh-GELU on the same input.</summary>
    /// <param name="hidden">[…, d].</param>
    /// <param name="heads">K heads of equal shape, at least one.</param>
    /// <param name="precision">Precision of the matrix products.</param>
    /// <returns>[K, …, o].</returns>
    Tensor CriticHeads(Tensor hidden, IReadOnlyList<HeadWeights> heads, Precision precision = Precision.Full);

    /// <summary>Every expectation and selection over the vocabulary that the losses need, in one pass.</summary>
    /// <param name="logits">[N, V], of the policy π.</param>
    /// <param name="actions">[N], int64, the tokens taken.</param>
    /// <param name="onlineValues">[K, N, V], Qₖ.</param>
    /// <param name="targetValues">[K′, N, V], Q̄ₖ; no gradient reaches them.</param>
    /// <param name="minimumProbability">
    /// Expectations of values run over the tokens with π above min(this, 0.999·max π), renormalised; 0: over the whole vocabulary.
    /// </param>
    TokenStatistics TokenStatistics(Tensor logits, Tensor actions, Tensor onlineValues, Tensor targetValues, double minimumProbability = 0);

    /// <summary>Σₐ π(a|s)·minₖ Q̄ₖ(s,a) alone, as for the next turn's first position. No gradient.</summary>
    /// <param name="logits">[N, V].</param>
    /// <param name="targetValues">[K, N, V].</param>
    /// <param name="minimumProbability">As for <see cref="TokenStatistics"/>.</param>
    /// <returns>[N].</returns>
    Tensor StateValue(Tensor logits, Tensor targetValues, double minimumProbability = 0);

    /// <summary>target ← (1 − rate)·target + rate·source for every pair, in place and outside autograd.</summary>
    /// <param name="targets">Tensors to update.</param>
    /// <param name="sources">As many tensors of the same shapes.</param>
    /// <param name="rate">0 to 1.</param>
    void MovingAverage(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, double rate);
}
