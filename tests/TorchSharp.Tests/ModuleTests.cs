using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.Tests.Numbers;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void What_fields_hold_is_registered_under_their_names()
    {
        using var model = new Composite();
        Assert.Equal(
            [
                "scale",
                "_fc.weight",
                "_fc.bias",
                "layers.0.weight",
                "layers.1.weight",
                "head.weight",
                "head.bias",
                "heads.a.weight",
                "list.0",
            ],
            model.named_parameters().Select(named => named.name)
        );
        Assert.Equal(["table"], model.named_buffers().Select(named => named.name));
        Assert.Equal([.. model.named_parameters().Select(named => named.name), "table"], model.state_dict().Keys);
        Assert.Equal("m.scale", model.state_dict(prefix: "m").Keys.First());
        Assert.Equal(["_fc", "layers", "head", "heads", "list"], model.named_children().Select(named => named.name));
        Assert.Contains("layers.1", model.named_modules().Select(named => named.name));
        Assert.Same(model.get_parameter("_fc.weight"), model.parameters().ElementAt(1));
        Assert.Null(model.get_buffer("none"));
        Assert.Equal("Composite", model.GetName());
    }

    [Fact]
    public void A_module_refuses_names_that_cannot_be_keys()
    {
        using var model = new Composite();
        using var child = nn.Identity();
        Assert.Throws<ArgumentException>(() => model.register_module("a.b", child));
        Assert.Throws<InvalidOperationException>(() => model.register_module("_fc", child));
        Assert.Throws<InvalidOperationException>(() => model.register_parameter("scale", new Parameter(ones(1))));
        model.register_buffer("passing", ones(1), persistent: false);
        Assert.DoesNotContain("passing", model.state_dict().Keys);
        Assert.Contains("passing", model.named_buffers().Select(named => named.name));
    }

    [Fact]
    public void A_conversion_replaces_floating_parameters_and_keeps_the_rest()
    {
        using var model = new Composite();
        var before = model.get_parameter("_fc.weight")!;
        var table = model.get_buffer("table");
        Assert.Same(model, model.to(ScalarType.Float32));
        Assert.Same(before, model.get_parameter("_fc.weight"));
        model.to(ScalarType.BFloat16);
        var after = model.get_parameter("_fc.weight")!;
        Assert.NotSame(before, after);
        Assert.True(before.IsInvalid);
        Assert.Equal(ScalarType.BFloat16, after.dtype);
        Assert.True(after.requires_grad && after.is_leaf);
        Assert.Same(table, model.get_buffer("table"));
        Assert.Same(model.get_parameter("scale"), model.Scale);
        model.cpu().@float();
        using var output = model.call(ones(1, 3));
        Assert.Equal(ScalarType.Float32, output.dtype);
    }

    [Fact]
    public void Training_and_evaluation_reach_every_module()
    {
        using var model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(1));
        Assert.True(model.training);
        using var dropped = model.call(ones(1, 2));
        Close([0, 0], dropped);
        model.eval();
        Assert.All(model.children(), child => Assert.False(child.training));
        using var kept = model.call(ones(1, 2));
        Assert.NotEqual([0f, 0f], Values(kept));
        model.train();
        Assert.True(model[1].training);
    }

    [Fact]
    public void A_call_runs_hooks_and_forward_does_not()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Identity();
        var after = model.register_forward_hook((_, _, output) => output + 1);
        var before = model.register_forward_pre_hook((_, input) => input * 10);
        Close([11], model.call(ones(1)));
        Close([1], model.forward(ones(1)));
        after.remove();
        before.remove();
        Close([1], model.call(ones(1)));
    }

    [Fact]
    public void Zeroing_drops_a_modules_gradients_and_fills_an_optimizers_with_zeros()
    {
        using var model = nn.Linear(1, 1);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using (NewDisposeScope())
        {
            model.call(ones(1, 1)).backward();
            optimizer.zero_grad();
            Close([0], model.weight.grad!);
            model.zero_grad(set_to_none: false);
            Close([0], model.weight.grad!);
        }

        model.zero_grad();
        Assert.Null(model.weight.grad);
    }

    [Fact]
    public void Layers_compute_what_their_functions_compute()
    {
        using var scope = NewDisposeScope();
        var x = Wave(2, 3, 4);
        Assert.True(nn.GELU(GELU.Approximate.tanh).call(x).Equals(x.gelu(GELU.Approximate.tanh)));
        Assert.True(nn.Flatten().call(x).Equals(x.reshape(2, 12)));
        Assert.True(nn.LayerNorm(4).call(x).allclose(nn.functional.layer_norm(x, [4])));
        Assert.True(nn.Softmax(1).call(x).Equals(x.softmax(1)));
        Assert.Equal([2L, 5, 3, 3], nn.Conv2d(4, 5, (1, 1)).call(Wave(2, 4, 3, 3)).shape);
        Assert.Equal([2L, 5, 3, 3], nn.Conv2d(4, 5, 3, Padding.Same).call(Wave(2, 4, 3, 3)).shape);
        Assert.Equal([2L, 5, 3, 3], nn.Conv2d(4, 5, 3, padding: 1, padding_mode: PaddingModes.Reflect).call(Wave(2, 4, 3, 3)).shape);
        var embedding = nn.Embedding(5, 3, padding_idx: 0);
        Close([0, 0, 0], embedding.call(tensor([0L])));
        Assert.Equal([2L, 2, 3], embedding.call(tensor([0, 1, 2, 3], [2, 2])).shape);
        Assert.Equal([1L, 4, 2], nn.GroupNorm(2, 4).call(Wave(1, 4, 2)).shape);
    }

    private sealed class Composite : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _fc = nn.Linear(3, 3);
        private readonly ModuleList<Linear> layers = nn.ModuleList(nn.Linear(3, 3, hasBias: false), nn.Linear(3, 3, hasBias: false));

        [ComponentName(Name = "head")]
        private readonly Linear _output = nn.Linear(3, 2);
        private readonly ModuleDict<Linear> heads = nn.ModuleDict(("a", nn.Linear(3, 3, hasBias: false)));
        private readonly ParameterList list = nn.ParameterList(new Parameter(ones(1)));
        private readonly Parameter scale = new(ones(3));
        private readonly Tensor table = arange(3);

        public Composite()
            : base(nameof(Composite)) => RegisterComponents();

        public Parameter Scale => scale;

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var hidden = _fc.call(input) * scale;
            foreach (var layer in layers)
            {
                hidden = layer.call(hidden);
            }

            return _output.call(hidden + heads["a"].call(hidden) + (list[0] * table)).MoveToOuterDisposeScope();
        }
    }
}
