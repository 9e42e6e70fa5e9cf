using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace VlmQ.Datasets.Storage.Retrying;

/// <summary>
/// Calls to one endpoint, tried again where that can help: exponential waits with jitter, or the wait that the server asks for; a limit
/// on the time of each try; and a circuit breaker, which all callers of the endpoint share, so that a server in trouble is left alone.
/// </summary>
public sealed class RetriedCalls
{
    private readonly ResiliencePipeline _pipeline;

    /// <param name="options">How often and how long.</param>
    /// <param name="isTransient">Whether a failure may pass by itself.</param>
    /// <param name="waitOf">The wait that a failure asks for; null where it asks for none.</param>
    /// <param name="clock">Tells the time.</param>
    public RetriedCalls(RetryOptions options, Func<Exception, bool> isTransient, Func<Exception, TimeSpan?> waitOf, TimeProvider clock)
    {
        ResiliencePipelineBuilder builder = new() { TimeProvider = clock };
        if (options.Attempts > 1)
        {
            builder.AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = options.Attempts - 1,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = options.FirstDelay,
                    MaxDelay = options.LongestDelay,
                    ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } failure && Helps(failure)),
                    DelayGenerator = arguments => ValueTask.FromResult(Wait(arguments.Outcome.Exception)),
                }
            );
        }
        builder.AddCircuitBreaker(
            new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.BreakAt,
                MinimumThroughput = options.BreakAfter,
                SamplingDuration = options.BreakWindow,
                BreakDuration = options.BreakFor,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } failure && Helps(failure)),
            }
        );
        builder.AddTimeout(new TimeoutStrategyOptions { Timeout = options.AttemptTimeout });
        _pipeline = builder.Build();

        bool Helps(Exception failure) => failure is TimeoutRejectedException or BrokenCircuitException || isTransient(failure);

        TimeSpan? Wait(Exception? failure)
        {
            // A circuit that is open says when it will let a try through; to knock before is of no use. It goes by the time of day, waits by
            // the steady clock: where those differ a little, not all tries may be spent on the last moment.
            TimeSpan? asked =
                failure is BrokenCircuitException broken ? Longer(broken.RetryAfter ?? options.BreakFor, options.BreakFor / 4)
                : failure is null ? null
                : waitOf(failure);
            return asked is { } wait && wait > options.LongestDelay ? options.LongestDelay : asked;
        }
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>Makes a call.</summary>
    /// <param name="call">One try; it must have no effect that a second try does not replace.</param>
    /// <param name="failed">Makes an exception of the last failure and the number of tries that reached the server.</param>
    /// <param name="cancellationToken">Stops it at once.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call,
        Func<Exception, int, Exception> failed,
        CancellationToken cancellationToken
    )
    {
        int tries = 0;
        try
        {
            return await _pipeline
                .ExecuteAsync(
                    async token =>
                    {
                        tries++;
                        try
                        {
                            return await call(token).ConfigureAwait(false);
                        }
                        catch (Exception exception) when (token.IsCancellationRequested && exception is not OperationCanceledException)
                        {
                            // Whatever broke while it was being stopped: its time was up, or the caller's patience.
                            throw new OperationCanceledException("stopped", exception, token);
                        }
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw failed(exception, tries);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever broke while it was being stopped, it was stopped.
            throw new OperationCanceledException("stopped", exception, cancellationToken);
        }
    }
}
