namespace VlmQ.Collection.Remote;

/// <summary>
/// Spaces requests so that no minute asks for more than so many tokens: each waits until those before it have been paid for. Safe from
/// several threads; who asks first goes first.
/// </summary>
internal sealed class TokenBudget(int tokensPerMinute, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _paid = DateTimeOffset.MinValue;

    /// <summary>Waits for its turn.</summary>
    public Task WaitAsync(int tokens, CancellationToken cancellationToken)
    {
        TimeSpan wait = Pay(tokens);
        return wait > TimeSpan.Zero ? Task.Delay(wait, clock, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Lets those that ask next pay for a request that is sent again: it has waited already.</summary>
    public void Charge(int tokens) => Pay(tokens);

    private TimeSpan Pay(int tokens)
    {
        lock (_lock)
        {
            DateTimeOffset now = clock.GetUtcNow();
            DateTimeOffset start = _paid > now ? _paid : now;
            _paid = start + TimeSpan.FromMinutes((double)tokens / tokensPerMinute);
            return start - now;
        }
    }
}
