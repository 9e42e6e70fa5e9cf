using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Statistics;
using Interval = VlmQ.Core.Statistics.Interval;

namespace VlmQ.Core.Tests.Statistics;

public class MomentsTests
{
    /// <summary>The sleep of ten patients, Student, "The probable error of a mean", Biometrika 6 (1908): drug 1 as R's <c>sleep</c> has it.</summary>
    [Fact]
    public void The_interval_of_a_mean_is_that_of_Students_own_data()
    {
        Moments moments = Of(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0);
        Assert.Equal(0.75, moments.Mean, 1e-12);
        // R: t.test(sleep$extra[1:10]) gives -0.5297804 … 2.0297804.
        Assert.Equal(-0.5297804, moments.MeanInterval()!.Low, 5e-7);
        Assert.Equal(2.0297804, moments.MeanInterval()!.High, 5e-7);
    }

    [Fact]
    public void Fewer_than_two_numbers_have_no_interval_and_equal_ones_one_without_width()
    {
        Assert.Null(default(Moments).MeanInterval());
        Assert.Null(Of(3).MeanInterval());
        Assert.Equal(new Interval(3, 3), Of(3, 3, 3).MeanInterval());
    }

    [Fact]
    public void Mean_and_deviation_are_those_of_two_passes_whatever_the_mean() =>
        Prop.ForAll(
                (
                    from offset in Gen.Elements(0.0, 1e9, -1e6)
                    from numbers in Gen.Choose(-1000, 1000).NonEmptyListOf()
                    select numbers.Select(number => offset + (number / 8.0)).ToArray()
                ).ToArbitrary(),
                numbers =>
                {
                    Moments moments = Of(numbers);
                    double mean = numbers.Average();
                    double deviation = Math.Sqrt(numbers.Average(number => (number - mean) * (number - mean)));
                    return Math.Abs(moments.Mean - mean) < 1e-6 && Math.Abs(moments.Deviation - deviation) < 1e-6;
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(2, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    public void An_interval_has_two_finite_ends_in_order(double low, double high) =>
        Assert.Throws<ArgumentException>(() => new Interval(low, high));

    private static Moments Of(params double[] numbers) => numbers.Aggregate(default(Moments), (sum, number) => sum.Add(number));
}
