using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Kernels;

namespace VlmQ.Learning.Tests;

/// <summary>
/// A decision process small enough to solve exactly: three states, told apart by their prompt, and replies of two tokens out of two
/// each, so four replies a state. Learning sees every state with every reply equally often, which makes the data's policy uniform.
/// </summary>
public sealed class TabularMdpTests
{
    private const double Discount = 0.9;
    private const int States = 3;

    // Reward, and next state (−1: the end), of reply (first, second) in state s at [s][2·first + second].
    private static readonly double[][] Rewards =
    [
        [0, 0.5, -1, 2],
        [1, 0, 0.5, -0.5],
        [3, -1, 1, 0],
    ];
    private static readonly int[][] Next =
    [
        [1, 2, 0, -1],
        [2, 0, -1, 1],
        [-1, 0, 1, 2],
    ];

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Critics_learn_the_values_of_the_policy_that_made_the_data(double trace)
    {
        double[] values = Solve(second => (second[0] + second[1]) / 2);
        Learned learned = Train(new AdvantageFilter.None(), trace);
        AssertValues(learned, values, second => (second[0] + second[1]) / 2);
        Assert.All(learned.Reports, report => Assert.Equal(0.5, report[0].Probability, 0.05));
    }

    [Fact]
    public void Filtering_by_advantage_learns_the_best_policy_and_its_values()
    {
        double[] values = Solve(second => Math.Max(second[0], second[1]));
        Learned learned = Train(new AdvantageFilter.Binary(-0.02), trace: 1);
        AssertValues(learned, values, second => Math.Max(second[0], second[1]));
        for (int state = 0; state < States; state++)
        {
            double[] replies = Replies(state, values);
            int best = Array.IndexOf(replies, replies.Max());
            IReadOnlyList<TokenReport> report = learned.Reports[(4 * state) + best];
            Assert.True(
                report[0].Probability * report[1].Probability > 0.95,
                $"state {state}: {report[0].Probability} · {report[1].Probability}"
            );
        }
    }

    /// <summary>
    /// Exact values of the states, by iterating until nothing changes; <paramref name="choose"/> is the policy's value of two options.
    /// </summary>
    private static double[] Solve(Func<double[], double> choose)
    {
        double[] values = new double[States];
        for (int sweep = 0; sweep < 1000; sweep++)
        {
            double[] before = values;
            values =
            [
                .. Enumerable
                    .Range(0, States)
                    .Select(state =>
                    {
                        double[] replies = Replies(state, before);
                        return choose([choose(replies[..2]), choose(replies[2..])]);
                    }),
            ];
        }
        return values;
    }

    private static double[] Replies(int state, double[] values) =>
        [
            .. Enumerable
                .Range(0, 4)
                .Select(reply => Rewards[state][reply] + (Next[state][reply] < 0 ? 0 : Discount * values[Next[state][reply]])),
        ];

    /// <summary>Q of both tokens of every reply lies within 5% of the truth, taken of the range that the truth spans.</summary>
    private static void AssertValues(Learned learned, double[] values, Func<double[], double> choose)
    {
        double[] all = [.. Enumerable.Range(0, States).SelectMany(state => Replies(state, values))];
        double tolerance = 0.05 * (all.Max() - all.Min());
        for (int state = 0; state < States; state++)
        {
            double[] replies = Replies(state, values);
            for (int reply = 0; reply < 4; reply++)
            {
                IReadOnlyList<TokenReport> report = learned.Reports[(4 * state) + reply];
                double first = choose(replies[(reply / 2 * 2)..((reply / 2 * 2) + 2)]);
                Assert.Equal(first, report[0].Value, tolerance);
                Assert.Equal(replies[reply], report[1].Value, tolerance);
            }
        }
    }

    private static Learned Train(AdvantageFilter filter, double trace)
    {
        TinyVlmConfig config = new()
        {
            Vocabulary = 10,
            ImagePlaceholder = 0,
            Width = 32,
            Layers = 1,
            Heads = 2,
            ImageSize = 1,
            PatchSize = 1,
            TextLength = 4,
            InitialValue = 0,
        };
        using TinyVlm model = new(config, 3, Kernels.Best);
        using Learner learner = new(
            model,
            new LearnerOptions
            {
                Steps = 1200,
                LearningRate = 3e-3,
                Loss = new AfsftOptions
                {
                    Discount = Discount,
                    Trace = trace,
                    Filter = filter,
                    FilterWarmupSteps = 100,
                    FilterAnnealSteps = 0,
                    MinimumProbability = 0.01,
                },
            }
        );
        TurnBatch batch = Everything();
        for (int i = 0; i < learner.Options.Steps; i++)
        {
            learner.Step(batch);
        }
        return new Learned([.. TurnInspector.Inspect(model, batch, learner.Options.Loss).Select(turn => (IReadOnlyList<TokenReport>)turn)]);
    }

    /// <summary>Every state with every reply, and the three states again to bootstrap from.</summary>
    private static TurnBatch Everything()
    {
        List<TurnRow> rows = [];
        for (int state = 0; state < States; state++)
        {
            for (int reply = 0; reply < 4; reply++)
            {
                int next = Next[state][reply];
                rows.Add(
                    new TurnRow(
                        [1, 2 + state],
                        [5 + (reply / 2), 7 + (reply % 2)],
                        (float)Rewards[state][reply],
                        Next: next < 0 ? -1 : (4 * States) + next,
                        Terminated: next < 0
                    )
                );
            }
        }
        for (int state = 0; state < States; state++)
        {
            rows.Add(new TurnRow([1, 2 + state], []));
        }
        return Batches.Of([.. rows]);
    }

    private sealed record Learned(IReadOnlyList<IReadOnlyList<TokenReport>> Reports);
}
