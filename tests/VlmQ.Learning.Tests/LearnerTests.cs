using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

public sealed class LearnerTests
{
    [Fact]
    public void Training_lowers_the_loss_on_a_batch_it_sees_again_and_again()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, SmallLearners.Options with { Loss = AfsftOptions.Supervised });
        StepMetrics first = learner.Step(SmallLearners.Batch());
        StepMetrics last = first;
        for (int i = 0; i < 60; i++)
        {
            last = learner.Step(SmallLearners.Batch());
        }
        Assert.Equal((3, 9), (first.Turns, first.Tokens));
        Assert.True(last.Loss < 0.5 * first.Loss, $"{first.Loss} to {last.Loss}");
        Assert.Equal(61, last.Step);
    }

    [Fact]
    public void Critics_learn_the_rewards_of_turns_that_end()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, SmallLearners.Options);
        double first = learner.Step(SmallLearners.Batch()).CriticLoss;
        double last = 0;
        for (int i = 0; i < 100; i++)
        {
            last = learner.Step(SmallLearners.Batch()).CriticLoss;
        }
        Assert.True(last < 0.1 * first, $"{first} to {last}");
    }

    [Fact]
    public void Equal_runs_give_equal_bits()
    {
        float[] one = Train(7);
        float[] other = Train(7);
        Assert.Equal(one, other);

        static float[] Train(int steps)
        {
            using TinyVlm model = SmallLearners.Model();
            using Learner learner = new(model, SmallLearners.Options);
            for (int i = 0; i < steps; i++)
            {
                learner.Step(SmallLearners.Batch(i));
            }
            return Weights(model);
        }
    }

    [Fact]
    public void Classifying_critics_learn_too()
    {
        using TinyVlm model = SmallLearners.Model(SmallLearners.Config with { CriticSupport = new CriticSupport(-4, 2, 25) });
        using Learner learner = new(
            model,
            SmallLearners.Options with
            {
                LearningRate = 5e-3,
                Loss = SmallLearners.Options.Loss with
                {
                    CriticLoss = new CriticLoss.HlGauss(),
                    CriticWeight = 1,
                    Filter = new AdvantageFilter.None(),
                },
            }
        );
        for (int i = 0; i < 100; i++)
        {
            learner.Step(SmallLearners.Batch());
        }
        // The last token of the turn that ended: its value is its reward.
        Assert.Equal(1, TurnInspector.Inspect(model, SmallLearners.Batch(), learner.Options.Loss)[2][^1].Value, 0.2f);
    }

    [Fact]
    public void Adapters_learn_while_the_model_itself_stays()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(
            model,
            SmallLearners.Options with
            {
                Lora = new LoraOptions(4, 8, ["all-linear"]),
                Loss = AfsftOptions.Supervised,
            }
        );
        using Tensor before = Qkv(model).detach().clone();
        StepMetrics first = learner.Step(SmallLearners.Batch());
        StepMetrics last = first;
        for (int i = 0; i < 60; i++)
        {
            last = learner.Step(SmallLearners.Batch());
        }
        Assert.True(last.Loss < 0.7 * first.Loss, $"{first.Loss} to {last.Loss}");
        Assert.True(before.allclose(Qkv(model), 0, 0));

        static Parameter Qkv(TinyVlm model) => model.named_parameters().Single(pair => pair.name == "blocks.0.qkv.weight").parameter;
    }

    [Fact]
    public void Averaged_weights_are_used_until_they_are_taken_back()
    {
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, SmallLearners.Options with { WeightAverageDecay = 0.9 });
        for (int i = 0; i < 10; i++)
        {
            learner.Step(SmallLearners.Batch(i));
        }
        float[] last = Weights(model);
        using (learner.EvaluationWeights())
        {
            Assert.NotEqual(last, Weights(model));
        }
        Assert.Equal(last, Weights(model));
    }

    [Fact]
    public void A_critic_loss_that_does_not_fit_the_critics_is_a_fault()
    {
        using TinyVlm model = SmallLearners.Model();
        LearnerOptions options = SmallLearners.Options with { Loss = new AfsftOptions { CriticLoss = new CriticLoss.HlGauss() } };
        Assert.Equal(FaultKind.Configuration, Assert.Throws<FaultException>(() => new Learner(model, options)).Fault.Kind);
    }

    [Fact]
    public void Each_token_of_a_turn_is_reported()
    {
        using TinyVlm model = SmallLearners.Model();
        var turns = TurnInspector.Inspect(model, SmallLearners.Batch(), new AfsftOptions());
        Assert.Equal([3, 2, 4], turns.Select(turn => turn.Length));
        Assert.Equal([9, 10, 11, 2], turns[2].Select(token => token.TokenId));
        Assert.All(
            turns.SelectMany(turn => turn),
            token =>
            {
                // Critics start at −3 everywhere, so no token has an advantage.
                Assert.Equal(-3, token.Value, 1e-5f);
                Assert.Equal(0, token.Advantage, 1e-4f);
                Assert.Equal(1, token.Weight);
                Assert.InRange(token.Probability, 0, 1);
            }
        );
    }

    private static float[] Weights(TinyVlm model) =>
        [.. model.named_parameters().SelectMany(pair => pair.parameter.detach().flatten().data<float>().ToArray())];
}
