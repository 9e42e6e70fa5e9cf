using VlmQ.Datasets.Storage.Retrying;

namespace VlmQ.Datasets.Tests.Storage.Retrying;

public class RetriedCallsTests
{
    private static readonly RetryOptions Quick = new()
    {
        Attempts = 3,
        FirstDelay = TimeSpan.FromMilliseconds(1),
        LongestDelay = TimeSpan.FromMilliseconds(5),
        AttemptTimeout = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task A_try_that_breaks_because_its_time_is_up_is_late_and_is_made_again()
    {
        RetriedCalls calls = new(Quick, isTransient: _ => false, waitOf: _ => null, TimeProvider.System);
        int tries = 0;
        int answer = await calls.RunAsync(
            async token =>
            {
                if (tries++ == 0)
                {
                    await BrokenByCancellationAsync(token);
                }
                return 7;
            },
            (failure, _) => failure,
            TestContext.Current.CancellationToken
        );
        Assert.Equal((7, 2), (answer, tries));
    }

    [Fact]
    public async Task What_breaks_because_the_caller_stopped_it_was_stopped()
    {
        RetriedCalls calls = new(Quick with { AttemptTimeout = TimeSpan.FromMinutes(5) }, _ => true, _ => null, TimeProvider.System);
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            calls.RunAsync(
                async token =>
                {
                    await BrokenByCancellationAsync(token);
                    return 7;
                },
                (failure, _) => failure,
                stop.Token
            )
        );
    }

    /// <summary>As a stream does whose connection was closed by the cancellation.</summary>
    private static async Task BrokenByCancellationAsync(CancellationToken token)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
        await cancelled.Task;
        throw new ObjectDisposedException("stream");
    }

    [Fact]
    public async Task A_circuit_by_a_slow_clock_does_not_take_all_tries()
    {
        RetryOptions options = new()
        {
            Attempts = 6,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromSeconds(5),
            BreakAfter = 3,
            BreakWindow = TimeSpan.FromSeconds(5),
            BreakFor = TimeSpan.FromMilliseconds(500),
        };
        RetriedCalls calls = new(options, failure => failure is IOException, _ => null, new SlowClock());
        int tried = 0;

        int answer = await calls.RunAsync(
            _ => ++tried <= 3 ? throw new IOException("trouble") : Task.FromResult(tried),
            (failure, _) => failure,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(4, answer);
    }

    /// <summary>A time of day that is behind by a fifth of the time that passes.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private readonly DateTimeOffset _start = DateTimeOffset.UnixEpoch;
        private readonly long _begun = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_begun) * 0.8);
    }
}
