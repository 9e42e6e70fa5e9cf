using System.Runtime.ExceptionServices;
using VlmQ.Core.Episodes;

namespace VlmQ.Dataflow.Running;

/// <summary>One run of a flow: its tasks, the first failure, and the token that stops everything.</summary>
internal sealed class FlowRun : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _caller;
    private readonly List<Task> _tasks = [];
    private readonly List<FlowScope> _scopes = [];
    private ExceptionDispatchInfo? _cause;
    private int _interrupted;

    public FlowRun(FlowMonitor monitor, CancellationToken caller)
    {
        monitor.Begin();
        Monitor = monitor;
        _caller = caller;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);
        Root = NewScope();
    }

    public FlowMonitor Monitor { get; }

    public FlowScope Root { get; }

    public bool IsStopping => _stop.IsCancellationRequested;

    public Fault? Fault => (_cause?.SourceException as FaultException)?.Fault;

    /// <summary>Starts all stages; a failure to do so stops those that have started.</summary>
    public void Open(Action<FlowScope> start)
    {
        try
        {
            start(Root);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Stages are started by one thread, before anything waits for them.</summary>
    public FlowScope NewScope()
    {
        FlowScope scope = new(this, CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
        _scopes.Add(scope);
        return scope;
    }

    public void Add(Task task) => _tasks.Add(task);

    /// <summary>The first failure is the cause; those that follow from it are not told.</summary>
    public void Fail(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _cause, ExceptionDispatchInfo.Capture(exception), null) is null)
        {
            _stop.Cancel();
        }
    }

    /// <summary>A stage did not come to its end because the run was stopped.</summary>
    public void Interrupt() => Volatile.Write(ref _interrupted, 1);

    public Task StoppedAsync() => Task.WhenAll(_tasks);

    public void ThrowIfFailed() => _cause?.Throw();

    public void ThrowIfInterrupted()
    {
        if (Volatile.Read(ref _interrupted) != 0)
        {
            throw new OperationCanceledException(_caller);
        }
    }

    public void Dispose()
    {
        foreach (FlowScope scope in _scopes)
        {
            scope.Dispose();
        }
        _stop.Dispose();
    }
}
