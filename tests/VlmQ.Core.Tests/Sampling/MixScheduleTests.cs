using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Sampling;

namespace VlmQ.Core.Tests.Sampling;

public sealed class MixScheduleTests
{
    [Fact]
    public void No_dataset_is_ever_a_step_per_other_dataset_away_from_its_share() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(Gen.NonEmptyListOf(Gen.Choose(1, 100)).Resize(6)),
                weights =>
                {
                    MixSchedule schedule = new([.. weights.Select(weight => (double)weight)]);
                    ImmutableArray<long> taken = [.. weights.Select(_ => 0L)];
                    for (int step = 1; step <= 300; step++)
                    {
                        int next = schedule.Next(taken.AsSpan());
                        taken = taken.SetItem(next, taken[next] + 1);
                        for (int i = 0; i < taken.Length; i++)
                        {
                            double away = taken[i] - (schedule.Shares[i] * step);
                            Assert.InRange(away, -Math.Max(1, taken.Length - 1), 1);
                        }
                    }
                }
            )
        );

    [Fact]
    public void Seven_to_three_is_seven_of_ten()
    {
        MixSchedule schedule = new([70, 30]);
        ImmutableArray<long> taken = [0, 0];
        List<int> steps = [];
        for (int step = 0; step < 10; step++)
        {
            steps.Add(schedule.Next(taken.AsSpan()));
            taken = taken.SetItem(steps[^1], taken[steps[^1]] + 1);
        }

        Assert.Equal([7, 3], taken);
        Assert.Equal([0, 1, 0, 0], steps.Take(4));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_not_positive_and_finite_is_refused(double weight) =>
        Assert.Throws<ArgumentException>(() => new MixSchedule([1, weight]));

    [Fact]
    public void Nothing_to_mix_and_numbers_of_other_datasets_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MixSchedule([]));
        Assert.Throws<ArgumentException>(() => new MixSchedule([1, 1]).Next([0]));
    }
}
