using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Randomness;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using VlmQ.Models.MoonDream2;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.MoonDream2;

/// <summary>
/// A model whose weights have 16 bits computes as a float32 model of the same, rounded weights does: logits within 1e-4 of the largest.
/// </summary>
[Trait("Category", "Golden")]
public sealed class NarrowWeightsTests
{
    [Theory]
    [InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.BFloat16, true)]
    [InlineData(ScalarType.Float16, false)]
    [InlineData(ScalarType.Float16, true)]
    public void Tokens_and_gradients_of_adapters_are_those_of_the_widened_model(ScalarType type, bool adapted)
    {
        using DisposeScope scope = NewDisposeScope();
        using MoonDream2August2024 narrow = MoonDreamCase.AugustModel(layers: MoonDreamCase.Layers with { WeightType = type });
        using MoonDream2August2024 wide = MoonDreamCase.AugustModel(layers: new(new PlainKernels()));
        using (no_grad())
        {
            foreach (((_, Parameter from), (_, Parameter to)) in narrow.named_parameters().Zip(wide.named_parameters()))
            {
                to.copy_(from);
            }
        }
        if (adapted)
        {
            Adapt(narrow);
            Adapt(wide);
        }
        MoonDreamCase turn = MoonDreamCase.Of(MoonDreamCase.August, wide, "a");

        using (no_grad())
        {
            using Decoder ours = narrow.StartDecoding(turn.Prompts(), 5);
            using Decoder theirs = wide.StartDecoding(turn.Prompts(), 5);
            for (int step = 0; step < 4; step++)
            {
                AssertClose(theirs.Logits, ours.Logits, $"step {step}");
                int next = (int)theirs.Logits.argmax(-1).ToInt64();
                ours.Append([next]);
                theirs.Append([next]);
            }
        }
        if (adapted)
        {
            turn.Loss(turn.AnswerLogits(narrow)).backward();
            turn.Loss(turn.AnswerLogits(wide)).backward();
            foreach (((string name, Parameter ours), (_, Parameter theirs)) in Learnt(narrow).Zip(Learnt(wide)))
            {
                Assert.Equal(ScalarType.Float32, ours.dtype);
                AssertClose(theirs.grad!, ours.grad!, name);
            }
        }
    }

    private static IEnumerable<(string Name, Parameter Parameter)> Learnt(MoonDream2Model model) => model.Adapters.NamedParameters();

    private static void Adapt(MoonDream2Model model)
    {
        LoraAdapters adapters = new(new LoraOptions(2, 4, ["Wqkv", "fc2"]), model.AdaptableLinears, RandomKey.Of(5, "adapters"));
        using (no_grad())
        {
            foreach (LoraAdapter adapter in adapters.All)
            {
                using DisposeScope scope = NewDisposeScope();
                Initializer.Normal(adapter.B, 0.1, RandomKey.Of(5, adapter.Module));
            }
        }
        model.Attach(adapters);
    }

    private static void AssertClose(Tensor expected, Tensor actual, string what)
    {
        double largest = expected.abs().max().ToDouble();
        double error = (expected - actual).abs().max().ToDouble();
        Assert.True(error <= 1e-4 * largest, $"{what}: off by {error}, of {largest}");
    }
}
