using VlmQ.Core.Episodes;
using VlmQ.Dataflow.Running;

namespace VlmQ.Dataflow;

/// <summary>A whole flow, from sources to sink, ready to run any number of times.</summary>
public sealed class Flow
{
    private readonly Action<FlowScope> _start;

    internal Flow(Action<FlowScope> start) => _start = start;

    /// <summary>Runs the flow. When the task completes every stage has stopped, whatever happened.</summary>
    /// <param name="cancellationToken">Stops the flow.</param>
    /// <param name="monitor">Lets the caller watch.</param>
    /// <returns>What was done, or the fault that stopped the flow.</returns>
    /// <exception cref="OperationCanceledException">The flow was stopped by the token before it was done.</exception>
    /// <remarks>An exception of a stage that carries no fault is a bug and is thrown as it is.</remarks>
    public async Task<Result<FlowReport>> RunAsync(CancellationToken cancellationToken = default, FlowMonitor? monitor = null)
    {
        using FlowRun run = new(monitor ?? new FlowMonitor(), cancellationToken);
        run.Open(_start);
        await run.StoppedAsync().ConfigureAwait(false);
        if (run.Fault is { } fault)
        {
            return fault;
        }
        run.ThrowIfFailed();
        run.ThrowIfInterrupted();
        return new FlowReport(run.Monitor.Snapshot());
    }
}
