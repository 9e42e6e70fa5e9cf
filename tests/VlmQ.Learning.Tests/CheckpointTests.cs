using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-checkpoint-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_goes_on_bit_for_bit_after_a_restart(bool adapters)
    {
        LearnerOptions options = SmallLearners.Options with
        {
            WeightAverageDecay = 0.9,
            Lora = adapters ? new LoraOptions(2, 4, ["qkv"]) : null,
        };
        string folder = Path.Combine(_folder, "step-8");
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, options);
        Train(learner, 0, 8);
        Checkpoint.Save(folder, learner, "digest", "cursor");
        StepMetrics[] expected = Train(learner, 8, 6);

        using TinyVlm other = SmallLearners.Model();
        using Learner resumed = new(other, options, seed: 99);
        CheckpointInfo info = Checkpoint.Restore(folder, resumed).OrThrow();
        Assert.Equal((8, "digest", "cursor"), (info.Step, info.TokenizerDigest, info.DataCursor));
        Assert.Equal(expected, Train(resumed, 8, 6));
        Assert.Equal(Weights(learner), Weights(resumed));
    }

    [Fact]
    public void A_checkpoint_loads_as_a_model_with_averaged_weights()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, SmallLearners.Options with { WeightAverageDecay = 0.9 });
        Train(learner, 0, 8);
        Checkpoint.Save(_folder + "/last", learner, "digest");
        using VisionLanguageModel loaded = Checkpoint.LoadModel(_folder + "/last", new PlainKernels()).OrThrow();
        using (learner.EvaluationWeights())
        {
            foreach (
                ((string name, Parameter parameter), (_, Parameter expected)) in loaded
                    .TrainableParameters()
                    .Zip(model.TrainableParameters())
            )
            {
                Assert.True(parameter.allclose(expected, 0, 0), name);
            }
        }
    }

    [Fact]
    public void A_checkpoint_replaces_an_older_one_under_its_name()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, SmallLearners.Options);
        string folder = Path.Combine(_folder, "last");
        Checkpoint.Save(folder, learner, "digest");
        Train(learner, 0, 2);
        Checkpoint.Save(folder, learner, "digest");
        Assert.Equal(2, Checkpoint.ReadInfo(folder).OrThrow().Step);
        Assert.Equal(["last"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_checkpoint_that_was_being_replaced_is_put_back()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, SmallLearners.Options);
        string folder = Path.Combine(_folder, "last");
        Assert.False(Checkpoint.Exists(folder));
        Checkpoint.Save(folder, learner, "digest");
        Directory.Move(folder, folder + ".replaced");
        Assert.True(Checkpoint.Exists(folder));
        Assert.Equal(0, Checkpoint.ReadInfo(folder).OrThrow().Step);
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused_by_name()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, SmallLearners.Options);
        string folder = Path.Combine(_folder, "last");
        Checkpoint.Save(folder, learner, "digest");
        using TinyVlm wider = SmallLearners.Model(SmallLearners.Config with { Width = 32 });
        using Learner other = new(wider, SmallLearners.Options);
        Fault fault = Assert.IsType<Result<CheckpointInfo>.Failed>(Checkpoint.Restore(folder, other)).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Contains("image_positions", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_model_is_bad_data_and_names_what_is_missing()
    {
        Fault fault = Assert.IsType<Result<VisionLanguageModel>.Failed>(Checkpoint.LoadModel(_folder, new PlainKernels())).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Equal(_folder, fault.Where);
        Assert.Contains("config.json", fault.What, StringComparison.Ordinal);
    }

    private static StepMetrics[] Train(Learner learner, int from, int steps) =>
        [.. Enumerable.Range(from, steps).Select(i => learner.Step(SmallLearners.Batch(i)))];

    private static float[] Weights(Learner learner) =>
        [.. learner.Model.TrainableParameters().SelectMany(pair => pair.Parameter.detach().flatten().data<float>().ToArray())];
}
