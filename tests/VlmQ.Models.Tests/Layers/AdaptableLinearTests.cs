using TorchSharp;
using VlmQ.Core.Randomness;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Layers;

public sealed class AdaptableLinearTests
{
    private static readonly LayerOptions Plain = new(new PlainKernels());

    [Fact]
    public void An_adapter_adds_its_product_without_forming_it()
    {
        using DisposeScope scope = NewDisposeScope();
        using AdaptableLinear layer = New(Plain);
        using AdapterSet adapters = Adapters();
        LoraAdapter adapter = adapters[AdapterSet.DefaultName].Find("layer")!;
        layer.weight.requires_grad = false;
        layer.Join(adapters, "layer");
        Tensor input = randn([2, 3, 6], generator: new Generator(4));

        Tensor result = layer.call(input);

        Tensor effective = layer.weight + (adapter.B.mm(adapter.A) * adapter.Scale);
        Tensor expected = nn.functional.linear(input, effective, layer.bias);
        Assert.True(result.allclose(expected, 1e-5, 1e-5));
        result.square().sum().backward();
        using Tensor a = adapter.A.grad!.clone();
        using Tensor b = adapter.B.grad!.clone();
        adapter.A.grad = null;
        adapter.B.grad = null;
        expected.square().sum().backward();
        Assert.True(a.allclose(adapter.A.grad!, 1e-4, 1e-4));
        Assert.True(b.allclose(adapter.B.grad!, 1e-4, 1e-4));
        Assert.Null(layer.weight.grad);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void A_weight_of_16_bits_computes_as_its_value_in_float32(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        using AdaptableLinear layer = New(Plain with { WeightType = type });
        Tensor input = randn([3, 6], generator: new Generator(5));

        Tensor result = layer.call(input);

        Tensor expected = nn.functional.linear(input, layer.weight.to(ScalarType.Float32), layer.bias!.to(ScalarType.Float32));
        Assert.Equal(ScalarType.Float32, result.dtype);
        Assert.True(result.allclose(expected, 1e-6, 1e-6));
    }

    [Fact]
    public void Layers_computed_again_on_the_way_back_have_the_same_gradients()
    {
        using DisposeScope scope = NewDisposeScope();
        using AdaptableLinear first = New(Plain);
        using AdaptableLinear second = New(Plain);
        Tensor input = randn([2, 6], generator: new Generator(6));
        second.call(first.call(input).tanh()[TensorIndex.Colon, ..6]).square().sum().backward();
        using Tensor expected = first.weight.grad!.clone();
        first.weight.grad = null;

        using HiddenPass pass = HiddenPass.Run(
            input,
            [hidden => first.call(hidden).tanh()[TensorIndex.Colon, ..6], hidden => second.call(hidden)]
        );
        pass.Hidden.square().sum().backward();
        Assert.Null(first.weight.grad);
        pass.Backward();

        Assert.True(expected.allclose(first.weight.grad!, 1e-6, 1e-6));
    }

    private static AdaptableLinear New(LayerOptions options)
    {
        AdaptableLinear layer = new(6, 8, options);
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        layer.weight.copy_(randn([8, 6], generator: new Generator(1)));
        layer.bias!.copy_(randn([8], generator: new Generator(2)));
        return layer;
    }

    private static AdapterSet Adapters()
    {
        LoraAdapters adapters = new(
            new LoraOptions(2, 4, ["layer"]),
            new Dictionary<string, (long, long)> { ["layer"] = (8, 6) },
            new RandomKey(3)
        );
        using (no_grad())
        {
            using DisposeScope scope = NewDisposeScope();
            adapters.Find("layer")!.B.copy_(randn([8, 2], generator: new Generator(3)));
        }
        AdapterSet set = new();
        set.Attach(AdapterSet.DefaultName, adapters);
        return set;
    }
}
