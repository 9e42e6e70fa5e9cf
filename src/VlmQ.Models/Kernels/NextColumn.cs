using static TorchSharp.torch;

namespace VlmQ.Models.Kernels;

/// <summary>One new column a row on its way into a layer's cache of keys and values.</summary>
/// <param name="Projected"><c>[rows, 1, (heads + 2·key heads)·width]</c>: queries, then keys, then values, not yet rotated.</param>
/// <param name="Cosines"><c>[rows or 1, 1, 1, r/2]</c>, of the columns' positions.</param>
/// <param name="Sines">As many.</param>
/// <param name="Keys">The layer's buffer, <c>[rows, key heads, capacity, width]</c>.</param>
/// <param name="Values">As <paramref name="Keys"/>.</param>
/// <param name="First"><c>[rows]</c>: the first column that a row's queries see.</param>
/// <param name="Filled">Columns before the new one.</param>
public sealed record NextColumn(
    Tensor Projected,
    Tensor Cosines,
    Tensor Sines,
    Tensor Keys,
    Tensor Values,
    IReadOnlyList<int> First,
    int Filled
);
