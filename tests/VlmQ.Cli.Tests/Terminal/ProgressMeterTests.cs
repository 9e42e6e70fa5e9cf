using VlmQ.Cli.Terminal;

namespace VlmQ.Cli.Tests.Terminal;

public class ProgressMeterTests
{
    [Fact]
    public void A_line_gives_share_rate_and_time_left()
    {
        FixedClock clock = new();
        ProgressMeter meter = new("train", 900, "steps", 0, clock);
        clock.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal("train: 400/900 steps (44%), 50 steps/s, 10 s left, loss 0.31", meter.Line(400, "loss 0.31"));
    }

    [Fact]
    public void What_was_done_before_does_not_count_as_speed()
    {
        FixedClock clock = new();
        ProgressMeter meter = new("train", 900, "steps", 400, clock);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("train: 500/900 steps (56%), 10 steps/s, 40 s left", meter.Line(500, ""));
    }

    [Fact]
    public void The_last_line_gives_the_time_that_it_took()
    {
        FixedClock clock = new();
        ProgressMeter meter = new("collect", 400, "turns", 0, clock);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("collect: 393 turns in 2.0 s, 196.5 turns/s", meter.End(393, ""));
    }

    [Theory]
    [InlineData(3.21, "3.2 s")]
    [InlineData(45, "45 s")]
    [InlineData(185, "3 min 5 s")]
    [InlineData(7800, "2 h 10 min")]
    public void Durations_read_as_people_say_them(double seconds, string text) =>
        Assert.Equal(text, ProgressMeter.Duration(TimeSpan.FromSeconds(seconds)));

    private sealed class FixedClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
