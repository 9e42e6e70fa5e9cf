using TorchSharp;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Kernels;

/// <summary>The next token's attention as one kernel, against the layers' own operations one after the other.</summary>
public sealed class NextAttentionTests
{
    private static readonly LayerOptions Options = new(new PlainKernels());

    [Theory]
    [InlineData(4, 4, 16, 8, 0, null, new[] { 0 })]
    [InlineData(4, 4, 16, 16, 5, null, new[] { 0, 5, 2 })]
    [InlineData(6, 2, 20, 20, 37, null, new[] { 0, 12 })]
    [InlineData(6, 2, 20, 12, 37, 9, new[] { 0, 36 })]
    [InlineData(8, 8, 96, 96, 300, null, new[] { 0, 7, 299 })]
    [InlineData(3, 1, 7, 4, 40, null, new[] { 3 })]
    public void It_gives_what_the_operations_give_and_fills_the_cache_as_they_do(
        int heads,
        int keyHeads,
        int width,
        int rotated,
        int filled,
        int? window,
        int[] starts
    )
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using KernelCases cases = new(41);
        int rows = starts.Length;
        using RotaryEmbedding rotary = new(rotated, filled + 1);
        Tensor projected = cases.Constant(1, rows, 1, (heads + (2 * keyHeads)) * width);
        Tensor keys = cases.Constant(1, rows, keyHeads, filled + 1, width);
        Tensor values = cases.Constant(1, rows, keyHeads, filled + 1, width);
        using KeyValueCache ours = Cache();
        using KeyValueCache theirs = Cache();
        int[] first = Array.ConvertAll(starts, start => window is { } far ? Math.Max(start, filled - far) : start);

        using TransformerPass operations = Pass(theirs);
        using TransformerPass kernel = Pass(ours, first);
        Tensor expected = SelfAttention.Rotary(projected, heads, keyHeads, 0, operations, Options);
        Tensor actual = SelfAttention.Rotary(projected, heads, keyHeads, 0, kernel, Options);

        Assert.Equal([rows, 1, heads * width], actual.shape);
        Assert.True(actual.allclose(expected, 1e-5, 1e-6));
        Assert.True(ours.BuffersOf(0).Keys.allclose(theirs.BuffersOf(0).Keys, 1e-6, 1e-6));
        Assert.True(ours.BuffersOf(0).Values.Equals(theirs.BuffersOf(0).Values));

        KeyValueCache Cache()
        {
            KeyValueCache cache = new(1, rows, keyHeads, filled + 1, width, ScalarType.Float32, CPU);
            if (filled > 0)
            {
                cache.Extend(0, keys.narrow(2, 0, filled), values.narrow(2, 0, filled));
                cache.Advance(filled);
            }
            return cache;
        }

        TransformerPass Pass(KeyValueCache cache, int[]? seenFrom = null)
        {
            Tensor positions = tensor(Array.ConvertAll(starts, start => (long)(filled - start)), [rows, 1]);
            AttentionMask mask = AttentionMask.Of(starts, new int[rows], filled, 1, window, CPU);
            IKernels fused = Models.Kernels.Kernels.Fused ?? throw new InvalidOperationException("There are no fused kernels.");
            return new TransformerPass(rotary, positions, mask, cache) { Next = seenFrom is null ? null : (fused, seenFrom) };
        }
    }

    [Fact]
    public void A_full_cache_is_not_written_behind()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using RotaryEmbedding rotary = new(4, 8);
        using KeyValueCache cache = new(1, 1, 1, 1, 8, ScalarType.Float32, CPU);
        cache.Extend(0, ones(1, 1, 1, 8), ones(1, 1, 1, 8));
        cache.Advance(1);
        using TransformerPass pass = new(rotary, ones(1, 1, dtype: ScalarType.Int64), AttentionMask.None, cache)
        {
            Next = (Models.Kernels.Kernels.Best, [0]),
        };
        Assert.Throws<InvalidOperationException>(() => SelfAttention.Rotary(ones(1, 1, 24), 1, 1, 0, pass, Options));
    }
}
