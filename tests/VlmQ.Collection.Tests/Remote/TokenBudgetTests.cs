using VlmQ.Collection.Remote;

namespace VlmQ.Collection.Tests.Remote;

public class TokenBudgetTests
{
    [Fact]
    public void Each_request_waits_until_those_before_it_are_paid_for()
    {
        Clock clock = new();
        TokenBudget budget = new(60, clock);
        Assert.True(budget.WaitAsync(10, TestContext.Current.CancellationToken).IsCompleted);
        Assert.False(budget.WaitAsync(20, TestContext.Current.CancellationToken).IsCompleted);
        Assert.False(budget.WaitAsync(1, TestContext.Current.CancellationToken).IsCompleted);
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)], clock.Waits);
        // A quiet time saves nothing up: a burst is what the endpoint refuses.
        clock.Now += TimeSpan.FromHours(1);
        Assert.True(budget.WaitAsync(30, TestContext.Current.CancellationToken).IsCompleted);
        Assert.False(budget.WaitAsync(30, TestContext.Current.CancellationToken).IsCompleted);
        Assert.Equal(TimeSpan.FromSeconds(30), clock.Waits[^1]);
    }

    [Fact]
    public void What_is_sent_again_is_paid_for_by_those_after_it()
    {
        Clock clock = new();
        TokenBudget budget = new(60, clock);
        Assert.True(budget.WaitAsync(10, TestContext.Current.CancellationToken).IsCompleted);
        budget.Charge(10);
        Assert.False(budget.WaitAsync(1, TestContext.Current.CancellationToken).IsCompleted);
        Assert.Equal([TimeSpan.FromSeconds(20)], clock.Waits);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public List<TimeSpan> Waits { get; } = [];

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return new Never();
        }
    }

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
