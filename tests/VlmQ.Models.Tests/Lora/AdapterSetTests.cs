using TorchSharp.Modules;
using VlmQ.Core.Randomness;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Lora;

public sealed class AdapterSetTests
{
    private static readonly PlainKernels Plain = new();

    [Fact]
    public void Only_active_adapters_add_and_they_add_up()
    {
        using TinyVlm model = TinyModels.New();
        using Tensor bare = Logits(model);
        Attach(model, "one", 0.1);
        Attach(model, "two", -0.05);
        using Tensor both = Logits(model);
        model.Adapters.Activate("one");
        using Tensor one = Logits(model);
        model.Adapters.Activate();
        using Tensor none = Logits(model);
        Assert.Equal(["one", "two"], model.Adapters.Names);
        Assert.True(none.Equals(bare));
        Assert.False(one.allclose(both, 1e-3, 1e-3));
        Assert.False(one.allclose(bare, 1e-3, 1e-3));
        using (model.Adapters.Activated("two", "one"))
        {
            using Tensor again = Logits(model);
            Assert.True(again.allclose(both, 1e-5, 1e-6));
        }
        Assert.Empty(model.Adapters.Active);
    }

    [Fact]
    public void Several_adapters_of_a_layer_add_what_each_adds()
    {
        using LoraAdapters one = Adapters(1, 0.1);
        using LoraAdapters two = Adapters(2, 0.2);
        using AdapterSet set = new();
        set.Attach("one", one);
        set.Attach("two", two);
        using Tensor x = Inputs(5, 6);
        using Tensor y = zeros(5, 4);
        using Tensor sum = set.Add("m.layer", x, y, Plain, Precision.Full);
        using Tensor weight = set.Effective("m.layer", zeros(4, 6));
        using Tensor expected = x.mm(weight.t());
        Assert.True(sum.allclose(expected, 1e-5, 1e-6));
        using Tensor other = set.Add("m.other", x, y, Plain, Precision.Full);
        Assert.Same(y, other);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Half_precision_layers_are_added_to_in_float32_and_rounded_once(ScalarType type)
    {
        using LoraAdapters adapters = Adapters(1, 0.1);
        using AdapterSet set = new();
        set.Attach("default", adapters);
        using Tensor x = Inputs(5, 6).to(type);
        using Tensor y = Inputs(5, 4).to(type);
        using Tensor sum = set.Add("m.layer", x, y, Plain, Precision.Full);
        LoraAdapter adapter = adapters.Find("m.layer")!;
        using Tensor product = (x.to(ScalarType.Float32).mm(adapter.A.t()) * adapter.Scale).mm(adapter.B.t());
        using Tensor expected = (y.to(ScalarType.Float32) + product).to(type);
        Assert.Equal(type, sum.dtype);
        Assert.True(sum.Equals(expected));
        Assert.Equal(ScalarType.Float32, adapter.A.dtype);
        sum.to(ScalarType.Float32).sum().backward();
        Assert.Equal(ScalarType.Float32, adapter.A.grad!.dtype);
    }

    [Fact]
    public void An_adapter_that_does_not_act_gets_no_gradient_and_is_not_trained()
    {
        using TinyVlm model = TinyModels.New();
        Attach(model, "default", 0.1);
        Attach(model, "other", 0.1);
        model.Adapters.Activate("other");
        using Tensor loss = Logits(model).sum();
        loss.backward();
        Assert.Null(model.Adapters["default"].Find("blocks.0.qkv")!.B.grad);
        Assert.NotNull(model.Adapters["other"].Find("blocks.0.qkv")!.B.grad);
        string[] names = [.. model.TrainableParameters().Select(pair => pair.Name).Where(name => name.Contains("lora"))];
        Assert.Contains("base_model.model.blocks.0.qkv.lora_A.other.weight", names);
        Assert.DoesNotContain("base_model.model.blocks.0.qkv.lora_A.weight", names);
    }

    [Fact]
    public void A_policy_acts_with_its_own_adapter_on_the_learners_weights()
    {
        using TinyVlm model = TinyModels.New();
        Attach(model, "default", 0.1);
        long bytes = Bytes(model);
        model.Attach(model.Adapters["default"].Copy(), "policy");
        model.Adapters.Activate("policy");
        using Tensor policy = Logits(model);
        model.Adapters.Activate("default");
        using Tensor learner = Logits(model);
        Assert.True(policy.Equals(learner));
        using (no_grad())
        {
            model.Adapters["default"].Find("blocks.0.qkv")!.B.add_(0.5);
        }
        using (model.Adapters.Activated("policy"))
        {
            using Tensor unmoved = Logits(model);
            Assert.True(unmoved.Equals(policy));
        }
        using Tensor moved = Logits(model);
        Assert.False(moved.allclose(policy, 1e-3, 1e-3));
        Assert.Equal(bytes, Bytes(model)); // The adapters apart, there is one copy of every weight.
        model.Adapters.Remove("policy");
        Assert.Equal(["default"], model.Adapters.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("../other")]
    [InlineData("default")]
    public void A_name_that_cannot_be_stored_or_is_taken_is_refused(string name)
    {
        using TinyVlm model = TinyModels.New();
        Attach(model, "default", 0.1);
        using LoraAdapters more = model.Adapters["default"].Copy();
        Assert.ThrowsAny<Exception>(() => model.Attach(more, name));
        Assert.Equal(["default"], model.Adapters.Names);
    }

    internal static void Attach(TinyVlm model, string name, double offset)
    {
        LoraAdapters adapters = new(new LoraOptions(4, 8, ["qkv", "contract"]), model.AdaptableLinears, new RandomKey(3));
        Disturb(adapters, offset);
        model.Attach(adapters, name);
    }

    internal static Tensor Logits(TinyVlm model)
    {
        using TurnInput input = model.Prepare(TinyModels.Turns(([3, 4, 5], [7, 8, 9])), [0]);
        return model.Logits(model.Hidden(input));
    }

    internal static Tensor Inputs(int rows, int columns)
    {
        using Tensor numbers = arange(rows * columns, dtype: ScalarType.Float32);
        return numbers.mul(0.37).sin().view(rows, columns);
    }

    internal static LoraAdapters Adapters(ulong key, double offset, double dropout = 0)
    {
        LoraAdapters adapters = new(
            new LoraOptions(3, 6, ["layer"]) { Dropout = dropout },
            new Dictionary<string, (long, long)> { ["m.layer"] = (4, 6), ["m.other"] = (4, 6) },
            new RandomKey(key)
        );
        Disturb(adapters, offset);
        return adapters;
    }

    private static void Disturb(LoraAdapters adapters, double offset)
    {
        using IDisposable noGradient = no_grad();
        foreach ((_, Parameter parameter) in adapters.NamedParameters())
        {
            parameter.add_(offset);
        }
    }

    private static long Bytes(TinyVlm model) => model.parameters().Sum(parameter => parameter.numel() * parameter.ElementSize);
}
