using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.Lora;
using VlmQ.Models.MoonDream2;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

/// <summary>A small model of a published architecture learns with low-rank adapters on frozen weights.</summary>
public sealed class AdaptedModelTests
{
    private const int Vocabulary = 40;

    private static readonly LearnerOptions Options = SmallLearners.Options with
    {
        Lora = new LoraOptions(2, 4, ["all-linear"]) { Dropout = 0.25 },
    };

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Weights_of_any_type_stay_to_the_bit_while_adapters_and_their_moments_are_float32(ScalarType type)
    {
        using MoonDream2August2024 model = Model(type);
        Dictionary<string, byte[]> before = Frozen(model).ToDictionary(pair => pair.name, pair => Bytes(pair.parameter));
        using Learner learner = new(model, Options);
        for (int i = 0; i < 5; i++)
        {
            learner.Step(Batch());
        }
        Assert.All(Frozen(model), pair => Assert.Equal(before[pair.name], Bytes(pair.parameter)));
        Assert.All(Frozen(model), pair => Assert.Null(pair.parameter.grad));
        (string Name, Parameter Parameter)[] learnt = [.. model.Adapters.NamedParameters()];
        Assert.All(learnt, pair => Assert.Equal(ScalarType.Float32, pair.Parameter.dtype));
        // Those of every linear layer, from the first of the vision encoder to the language head.
        Assert.All(
            learnt.Where(pair => pair.Name.Contains("lora_B")),
            pair => Assert.True(pair.Parameter.abs().max().ToDouble() > 0, pair.Name)
        );
        Assert.Equal(2 * model.AdaptableLinears.Count, learnt.Length);

        // Two moments of four bytes for everything that has learnt, and little beside them.
        using MemoryStream state = new();
        using (BinaryWriter writer = new(state, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            learner.Optimizer.save_state_dict(writer);
        }
        long moments = 8 * model.TrainableParameters().Where(pair => pair.Parameter.grad is not null).Sum(pair => pair.Parameter.numel());
        Assert.InRange(state.Length, moments, (long)(1.2 * moments) + 4096);
    }

    [Fact]
    public void Policy_learner_and_target_share_one_copy_of_the_weights()
    {
        using MoonDream2August2024 model = Model(ScalarType.BFloat16);
        nint[] weights = [.. Frozen(model).Select(pair => pair.parameter.Handle)];
        using Learner learner = new(model, Options);
        LoraAdapters policy = model.Adapters[AdapterSet.DefaultName].Copy();
        model.Attach(policy, "policy");
        model.Adapters.Activate(AdapterSet.DefaultName);
        using Tensor before = As("policy");
        using Tensor target = model.Critics.TargetParameters.First().detach().clone();
        for (int i = 0; i < 5; i++)
        {
            learner.Step(Batch());
        }

        using Tensor after = As("policy");
        using Tensor learnt = As(AdapterSet.DefaultName);
        Assert.True(after.Equals(before)); // The policy acts as it did when it was copied.
        Assert.False(learnt.allclose(before, 1e-3, 1e-3));
        Assert.Contains(model.Critics.TargetParameters, parameter => !parameter.allclose(target, 0, 0));
        Assert.Equal(weights, Frozen(model).Select(pair => pair.parameter.Handle));
        // What the target keeps of its own are the heads.
        HashSet<nint> heads = [.. model.Critics.parameters().Select(parameter => parameter.Handle)];
        Assert.All(model.Critics.TargetParameters, parameter => Assert.Contains(parameter.Handle, heads));

        Tensor As(string name)
        {
            using IDisposable acting = model.Adapters.Activated(name);
            return Hidden(model);
        }
    }

    [Fact]
    public void Dropout_leaves_out_the_same_in_equal_runs_and_in_layers_computed_again_and_nothing_outside_of_steps()
    {
        (StepMetrics first, float[] adapter) = Learn(Options, recomputes: false);
        (StepMetrics same, float[] bits) = Learn(Options, recomputes: false);
        (StepMetrics again, float[] close) = Learn(Options, recomputes: true);
        (StepMetrics whole, _) = Learn(Options with { Lora = new LoraOptions(2, 4, ["all-linear"]) }, recomputes: false);

        Assert.Equal(first, same);
        Assert.Equal(adapter, bits);
        Assert.Equal(first.Loss, again.Loss, 1e-5);
        Assert.All(adapter.Zip(close), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.NotEqual(first.Loss, whole.Loss);

        using MoonDream2August2024 model = Model(ScalarType.Float32);
        using Learner learner = new(model, Options);
        learner.Step(Batch());
        using Tensor one = Hidden(model);
        using Tensor another = Hidden(model);
        Assert.True(one.Equals(another));
    }

    private static (StepMetrics Last, float[] Adapter) Learn(LearnerOptions options, bool recomputes)
    {
        using MoonDream2August2024 model = Model(ScalarType.Float32, recomputes);
        using Learner learner = new(model, options, seed: 3);
        learner.Step(Batch());
        learner.Step(Batch());
        StepMetrics last = learner.Step(Batch());
        return (last, model.Adapters.NamedParameters().Last().Parameter.data<float>().ToArray());
    }

    private static MoonDream2August2024 Model(ScalarType type, bool recomputes = false)
    {
        MoonDream2Sizes sizes = new()
        {
            Vision = new TransformerSizes(1, 8, 2, 16),
            Text = new TransformerSizes(2, 16, 2, 32),
            ImageSize = 28,
            ProjectionWidth = 16,
            Vocabulary = Vocabulary,
            ContextLength = 64,
        };
        MoonDream2August2024 model = new(
            new MoonDream2024Description(sizes, endToken: 1),
            new LayerOptions(Kernels.Best, WeightType: type),
            new MoonDream2Options
            {
                Critics = new CriticSettings(InnerWidth: 8),
                CarriesRegion = false,
                Recomputes = recomputes,
            }
        );
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Parameter parameter) in Frozen(model))
        {
            bool scales = parameter.dim() == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
            Tensor values = empty(parameter.shape);
            Initializer.Normal(values, 0.2, RandomKey.Of(1, name));
            parameter.copy_(scales ? values + 1 : values);
        }
        return model;
    }

    private static IEnumerable<(string name, Parameter parameter)> Frozen(MoonDream2August2024 model) =>
        model.named_parameters().Where(pair => !pair.name.StartsWith("critics.", StringComparison.Ordinal));

    private static byte[] Bytes(Parameter parameter)
    {
        using Tensor detached = parameter.detach();
        return detached.bytes.ToArray();
    }

    private static Tensor Hidden(MoonDream2August2024 model)
    {
        using IDisposable noGradient = no_grad();
        using TurnInput input = model.Prepare(Batch(), [0, 1]);
        return model.Hidden(input);
    }

    private static TurnBatch Batch() =>
        Batches.Of(
            new TurnRow([Vocabulary, 4, 5], [6, 7, 1], 0, Next: 1, ImageSize: 30),
            new TurnRow([Vocabulary, 4, 5, 8], [9, 1], 1, Terminated: true, ImageSize: 30)
        );
}
