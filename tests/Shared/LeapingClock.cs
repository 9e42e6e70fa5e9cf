namespace VlmQ.Tests.Shared;

/// <summary>
/// A clock whose time passes only while somebody waits: waits end at once and move it on by their length, so that neither a busy machine
/// nor a clock that is set changes what a test sees. Limits on the time of something end when the test says so.
/// </summary>
/// <param name="longestWait">What takes longer is a limit.</param>
internal sealed class LeapingClock(TimeSpan longestWait) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _waits = [];
    private readonly HashSet<Timer> _limits = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    /// <summary>The lengths of all waits so far.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _waits];
            }
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time)
    {
        lock (_lock)
        {
            _now += time;
        }
    }

    /// <summary>Everything that has a limit now has come to it.</summary>
    public void EndLimits()
    {
        Timer[] ended;
        lock (_lock)
        {
            ended = [.. _limits];
            _limits.Clear();
        }
        Array.ForEach(ended, limit => limit.End());
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private bool IsWait(TimeSpan time) => time != Timeout.InfiniteTimeSpan && time <= longestWait;

    private sealed class Timer(LeapingClock clock, Action end) : ITimer
    {
        public void End() => end();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            lock (clock._lock)
            {
                clock._limits.Remove(this);
                if (clock.IsWait(dueTime))
                {
                    clock._waits.Add(dueTime);
                    clock._now += dueTime;
                    // Who waits is not called from within its own call.
                    ThreadPool.QueueUserWorkItem(_ => end());
                }
                else if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    clock._limits.Add(this);
                }
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._limits.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
