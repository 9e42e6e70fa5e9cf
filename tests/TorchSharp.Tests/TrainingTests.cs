using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Tests.Shared.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests;

public sealed class TrainingTests
{
    [Fact]
    public void Two_hundred_training_steps_leave_no_tensor_behind()
    {
        manual_seed(3);
        using var model = new Perceptron();
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-2, weight_decay: 0.01);
        using var x = randn(64, 8);
        using var y = (x.sum(1) > 0).to(ScalarType.Int64);
        var first = Step(model, optimizer, x, y);
        var alive = LiveTensors.Count();
        var last = first;
        for (var i = 0; i < 200; i++)
        {
            last = Step(model, optimizer, x, y);
            // Not even until the next collection.
            Assert.InRange(Tensor.TotalCount, 0, alive);
        }

        Assert.Equal(alive, LiveTensors.Count());
        Assert.True(last < first / 4, $"{first} to {last}");
    }

    private static float Step(Perceptron model, AdamW optimizer, Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        model.zero_grad();
        var loss = F.cross_entropy(model.call(x), y);
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        optimizer.step();
        return loss.item<float>();
    }

    private sealed class Perceptron : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _in = nn.Linear(8, 32);
        private readonly LayerNorm _norm = nn.LayerNorm(32);
        private readonly Linear _out = nn.Linear(32, 2);

        public Perceptron()
            : base(nameof(Perceptron)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _out.call(_norm.call(_in.call(input)).gelu());
    }
}
