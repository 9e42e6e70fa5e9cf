using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Statistics;
using Interval = VlmQ.Core.Statistics.Interval;

namespace VlmQ.Core.Tests.Statistics;

public class WilsonScoreTests
{
    /// <summary>Newcombe, Statistics in Medicine 17 (1998), table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void It_is_the_interval_of_published_tables(long successes, long trials, double low, double high)
    {
        Interval interval = WilsonScore.Of(successes, trials)!;
        Assert.Equal(low, interval.Low, 5e-5);
        Assert.Equal(high, interval.High, 5e-5);
    }

    [Fact]
    public void Its_ends_are_0_and_1_where_none_and_all_succeed()
    {
        for (long trials = 1; trials <= 300; trials++)
        {
            Assert.Equal(0, WilsonScore.Of(0, trials)!.Low);
            Assert.Equal(1, WilsonScore.Of(trials, trials)!.High);
        }
    }

    [Fact]
    public void Nothing_tried_has_no_interval() => Assert.Null(WilsonScore.Of(0, 0));

    [Fact]
    public void More_successes_than_trials_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => WilsonScore.Of(3, 2));

    [Fact]
    public void It_holds_the_share_lies_within_0_and_1_and_mirrors_failures() =>
        Prop.ForAll(
                (from trials in Gen.Choose(1, 100_000) from successes in Gen.Choose(0, trials) select (successes, trials)).ToArbitrary(),
                pair =>
                {
                    Interval interval = WilsonScore.Of(pair.successes, pair.trials)!;
                    Interval mirrored = WilsonScore.Of(pair.trials - pair.successes, pair.trials)!;
                    double share = (double)pair.successes / pair.trials;
                    return interval.Low >= 0
                        && interval.Low <= share
                        && share <= interval.High
                        && interval.High <= 1
                        && Math.Abs(interval.Low + mirrored.High - 1) < 1e-12;
                }
            )
            .QuickCheckThrowOnFailure();
}
