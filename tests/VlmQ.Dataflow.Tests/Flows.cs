using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Dataflow.Tests;

/// <summary>Shorthands that several tests use.</summary>
internal static class Flows
{
    public static async Task<ImmutableArray<T>> Collected<T>(Source<T> source)
    {
        List<T> items = [];
        Result<FlowReport> result = await source.To(Sink.ForEach<T>(items.Add)).RunAsync();
        result.OrThrow();
        return [.. items];
    }

    public static async IAsyncEnumerable<int> Endless(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default
    )
    {
        for (int i = 0; ; i++)
        {
            token.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return i;
        }
    }

    /// <summary>Lets workers finish in an order that differs from the order in which they began.</summary>
    public static async ValueTask<int> Jittered(int item, CancellationToken token)
    {
        for (int i = 0; i < (item * 7919 % 5); i++)
        {
            await Task.Yield();
        }
        token.ThrowIfCancellationRequested();
        return item;
    }
}
