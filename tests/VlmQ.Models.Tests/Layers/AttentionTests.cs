using TorchSharp;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Layers;

public sealed class AttentionTests
{
    private const float No = float.NegativeInfinity;

    private static readonly LayerOptions Options = new(VlmQ.Models.Kernels.Kernels.Best);

    [Fact]
    public void A_causal_mask_hides_what_comes_later()
    {
        using AttentionMask mask = AttentionMask.Of([0, 0], [0, 0], 0, 3, null, CPU);

        Assert.Equal([1L, 1, 3, 3], mask.Additive!.shape);
        Assert.Equal([0, No, No, 0, 0, No, 0, 0, 0], mask.Additive.data<float>().ToArray());
        Assert.True(mask.IsCausal);
    }

    [Fact]
    public void A_prefix_sees_itself_in_both_directions()
    {
        using AttentionMask mask = AttentionMask.Of([0], [2], 0, 3, null, CPU);

        Assert.Equal([0, 0, No, 0, 0, No, 0, 0, 0], mask.Additive!.data<float>().ToArray());
        Assert.False(mask.IsCausal);
    }

    [Fact]
    public void A_window_hides_what_lies_further_back_than_its_size()
    {
        using AttentionMask mask = AttentionMask.Of([0], [0], 0, 3, 1, CPU);

        Assert.Equal([0, No, No, 0, 0, No, No, 0, 0], mask.Additive!.data<float>().ToArray());
    }

    [Fact]
    public void Padding_on_the_left_is_seen_by_itself_alone()
    {
        using AttentionMask mask = AttentionMask.Of([1, 0], [0, 0], 0, 2, null, CPU);

        Assert.Equal([2L, 1, 2, 2], mask.Additive!.shape);
        Assert.Equal([0, No, No, 0, 0, No, 0, 0], mask.Additive.data<float>().ToArray());
    }

    [Fact]
    public void A_later_column_of_rows_without_padding_needs_no_mask()
    {
        Assert.Null(AttentionMask.Of([0, 0], [3, 0], 5, 1, null, CPU).Additive);

        using AttentionMask padded = AttentionMask.Of([2, 0], [0, 0], 3, 1, null, CPU);
        Assert.Equal([No, No, 0, 0, 0, 0, 0, 0], padded.Additive!.data<float>().ToArray());
    }

    [Fact]
    public void Query_heads_of_a_group_look_at_the_same_keys()
    {
        using DisposeScope scope = NewDisposeScope();
        Generator generator = new(7);
        Tensor queries = randn([2, 4, 5, 6], generator: generator);
        Tensor keys = randn([2, 2, 5, 6], generator: generator);
        Tensor values = randn([2, 2, 5, 6], generator: generator);
        using AttentionMask mask = AttentionMask.Of([0, 2], [0, 0], 0, 5, null, CPU);

        Tensor grouped = Attention.Apply(queries, keys, values, mask, Options);
        Tensor repeated = Attention.Apply(queries, keys.repeat_interleave(2, 1), values.repeat_interleave(2, 1), mask, Options);

        Assert.True(grouped.allclose(repeated, 1e-5, 1e-6));
    }

    [Fact]
    public void Attention_equals_its_definition()
    {
        using DisposeScope scope = NewDisposeScope();
        Generator generator = new(8);
        Tensor queries = randn([1, 2, 4, 3], generator: generator);
        Tensor keys = randn([1, 2, 4, 3], generator: generator);
        Tensor values = randn([1, 2, 4, 3], generator: generator);
        using AttentionMask mask = AttentionMask.Of([0], [2], 0, 4, null, CPU);

        Tensor result = Attention.Apply(queries, keys, values, mask, Options);

        Tensor scores = (queries.matmul(keys.transpose(2, 3)) / Math.Sqrt(3)) + mask.Additive!;
        Tensor expected = scores.softmax(-1).matmul(values).transpose(1, 2).reshape(1, 4, 6);
        Assert.True(result.allclose(expected, 1e-5, 1e-6));
    }

    [Fact]
    public void A_cache_gives_what_one_pass_gives()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = randn([2, 6, 3 * 2 * 4], generator: new Generator(9));
        using RotaryEmbedding rotary = new(2, 16);
        using TransformerPass whole = Pass(rotary, 0, 6, null);
        Tensor expected = SelfAttention.Rotary(projected, 2, 2, 0, whole, Options);

        using KeyValueCache cache = new(1, 2, 2, 6, 4, ScalarType.Float32, CPU);
        using TransformerPass first = Pass(rotary, 0, 4, cache);
        Tensor before = SelfAttention.Rotary(projected.narrow(1, 0, 4), 2, 2, 0, first, Options);
        cache.Advance(4);
        using TransformerPass second = Pass(rotary, 4, 2, cache);
        Tensor after = SelfAttention.Rotary(projected.narrow(1, 4, 2), 2, 2, 0, second, Options);

        Assert.True(cat([before, after], 1).allclose(expected, 1e-5, 1e-6));
        Assert.Throws<InvalidOperationException>(() => cache.Extend(0, zeros(2, 2, 3, 4), zeros(2, 2, 3, 4)));

        static TransformerPass Pass(RotaryEmbedding rotary, int from, int columns, KeyValueCache? cache) =>
            new(rotary, arange(from, from + columns).unsqueeze(0), AttentionMask.Of([0, 0], [0, 0], from, columns, null, CPU), cache);
    }

    [Fact]
    public void The_last_queries_alone_are_those_of_the_whole()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = randn([1, 5, 3 * 2 * 4], generator: new Generator(10));
        using RotaryEmbedding rotary = new(4, 8);
        using TransformerPass pass = new(rotary, arange(5).unsqueeze(0), AttentionMask.Of([0], [3], 0, 5, null, CPU));

        Tensor whole = SelfAttention.Rotary(projected, 2, 2, 0, pass, Options);
        Tensor tail = SelfAttention.Rotary(projected, 2, 2, 0, pass, Options, tail: 2);

        Assert.True(tail.allclose(whole.narrow(1, 3, 2), 1e-5, 1e-6));
    }

    [Fact]
    public void Rotation_depends_on_distance_alone_and_leaves_the_rest_of_a_head()
    {
        using DisposeScope scope = NewDisposeScope();
        using RotaryEmbedding rotary = new(4, 64);
        Tensor heads = randn([1, 1, 2, 6], generator: new Generator(11));

        float near = Product(3, 5);
        float far = Product(43, 45);

        Assert.Equal(near, far, 4);
        Tensor rotated = rotary.Rotate(heads, rotary.At(tensor(new long[] { 3, 5 }, [1, 2])));
        Assert.True(rotated.narrow(-1, 4, 2).Equals(heads.narrow(-1, 4, 2)));
        // Half-split: dimension 0 pairs with dimension 2; the first pair turns by one radian a position.
        Tensor unit = rotary.Rotate(tensor(new float[] { 1, 0, 0, 0 }, [1, 1, 1, 4]), rotary.At(tensor(new long[] { 1 }, [1, 1])));
        Assert.Equal([MathF.Cos(1), 0, MathF.Sin(1), 0], unit.data<float>().ToArray(), (a, b) => MathF.Abs(a - b) < 1e-6f);

        float Product(long first, long second)
        {
            Tensor turned = rotary.Rotate(heads, rotary.At(tensor(new[] { first, second }, [1, 2]))).view(2, 6);
            return turned[0].dot(turned[1]).item<float>();
        }
    }
}
