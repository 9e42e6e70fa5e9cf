using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Lora;

public sealed class MergeTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Merged_weights_are_the_float32_sum_rounded_once_and_unmerging_restores_the_very_bits(ScalarType type)
    {
        using TinyVlm model = TinyModels.New();
        model.to(type);
        Dictionary<string, byte[]> before = Bits(model);
        AdapterSetTests.Attach(model, "default", 0.1);
        AdapterSetTests.Attach(model, "second", -0.03);
        using Tensor expected = Sum(model, "blocks.0.qkv");
        model.MergeAdaptersForNow();
        Assert.Empty(model.Adapters.Active);
        using Tensor merged = Weight(model, "blocks.0.qkv").detach().to(ScalarType.Float32);
        using Tensor rounded = expected.to(type).to(ScalarType.Float32);
        // The last bit of a float32 sum may depend on how the product's own sum was ordered.
        Assert.True(merged.allclose(rounded, type == ScalarType.Float32 ? 1e-6 : 1e-2, 1e-6));
        Dictionary<string, byte[]> during = Bits(model);
        Assert.Equal(
            ["blocks.0.contract.weight", "blocks.0.qkv.weight", "blocks.1.contract.weight", "blocks.1.qkv.weight"],
            before.Keys.Where(name => !before[name].AsSpan().SequenceEqual(during[name])).Order(StringComparer.Ordinal)
        );
        model.UnmergeAdapters();
        Assert.Equal(["default", "second"], model.Adapters.Active);
        Dictionary<string, byte[]> after = Bits(model);
        Assert.All(before, pair => Assert.Equal(pair.Value, after[pair.Key]));
    }

    [Fact]
    public void A_merged_model_computes_what_it_computed_with_its_adapters()
    {
        using TinyVlm model = TinyModels.New();
        AdapterSetTests.Attach(model, "default", 0.1);
        using Tensor adapted = AdapterSetTests.Logits(model);
        model.MergeAdaptersForNow();
        using Tensor merged = AdapterSetTests.Logits(model);
        Assert.True(merged.Equals(adapted)); // These kernels form the same sum in every pass.
        model.UnmergeAdapters();
        using Tensor again = AdapterSetTests.Logits(model);
        Assert.True(again.Equals(adapted));
    }

    [Fact]
    public void What_was_merged_for_good_cannot_be_taken_out()
    {
        using TinyVlm model = TinyModels.New();
        AdapterSetTests.Attach(model, "default", 0.1);
        model.MergeAdapters();
        Assert.Throws<InvalidOperationException>(model.UnmergeAdapters);
        Assert.Throws<InvalidOperationException>(model.MergeAdapters);
    }

    [Fact]
    public void A_merged_model_takes_no_second_merge_and_no_new_adapter()
    {
        using TinyVlm model = TinyModels.New();
        AdapterSetTests.Attach(model, "default", 0.1);
        model.MergeAdaptersForNow();
        Assert.Throws<InvalidOperationException>(model.MergeAdaptersForNow);
        Assert.Throws<InvalidOperationException>(() => AdapterSetTests.Attach(model, "other", 0.1));
        Assert.DoesNotContain(model.Adapters["default"].NamedParameters(), pair => pair.Parameter.requires_grad);
    }

    [Fact]
    public void A_sum_that_float16_cannot_hold_is_refused_before_anything_changes()
    {
        using TinyVlm model = TinyModels.New();
        model.to(ScalarType.Float16);
        AdapterSetTests.Attach(model, "default", 0.1);
        using (no_grad())
        {
            model.Adapters["default"].Find("blocks.1.qkv")!.B.fill_(1e5);
        }
        Dictionary<string, byte[]> before = Bits(model);
        Fault fault = Assert.Throws<FaultException>(model.MergeAdaptersForNow).Fault;
        Assert.Equal("blocks.1.qkv", fault.Where);
        Assert.Equal(["default"], model.Adapters.Active);
        Assert.All(Bits(model), pair => Assert.Equal(before[pair.Key], pair.Value));
    }

    private static Tensor Sum(TinyVlm model, string module)
    {
        Tensor sum = Weight(model, module).detach().to(ScalarType.Float32);
        foreach (string name in model.Adapters.Active)
        {
            LoraAdapter adapter = model.Adapters[name].Find(module)!;
            sum = sum + (adapter.B.mm(adapter.A).detach() * adapter.Scale);
        }
        return sum;
    }

    private static Parameter Weight(TinyVlm model, string module) =>
        model.named_parameters().Single(pair => pair.name == module + ".weight").parameter;

    private static Dictionary<string, byte[]> Bits(TinyVlm model) =>
        model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach().bytes.ToArray());
}
