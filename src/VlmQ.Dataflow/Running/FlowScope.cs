using System.Threading.Channels;

namespace VlmQ.Dataflow.Running;

/// <summary>
/// Stages that stop together. A consumer that needs no more cancels the scope of the stages before it; that is no failure, and
/// the rest of the run goes on.
/// </summary>
internal sealed class FlowScope(FlowRun run, CancellationTokenSource stop) : IDisposable
{
    public CancellationToken Token { get; } = stop.Token;

    /// <summary>Side branches belong to the whole run: they see a normal end when a consumer further down needs no more.</summary>
    public FlowScope Root => run.Root;

    public FlowScope Inner() => run.NewScope();

    public void Cancel() => stop.Cancel();

    public StageCounter Counter(string name) => run.Monitor.Add(name);

    /// <summary>A bounded channel; a full one makes its writer wait.</summary>
    public static Channel<T> Bounded<T>(int capacity, bool singleReader = true, bool singleWriter = true) =>
        Channel.CreateBounded<T>(
            new BoundedChannelOptions(capacity)
            {
                FullMode = BoundedChannelFullMode.Wait,
                SingleReader = singleReader,
                SingleWriter = singleWriter,
            }
        );

    /// <summary>Runs a stage's loop on the thread pool.</summary>
    /// <param name="body">The loop.</param>
    /// <param name="ended">
    /// Told once, after the run knows of a failure: null when the stage came to its end or was no longer needed, otherwise what a
    /// reader downstream must see instead of an end of data.
    /// </param>
    public void Start(Func<CancellationToken, Task> body, Action<Exception?> ended) =>
        run.Add(
            Task.Run(async () =>
            {
                Exception? end = null;
                try
                {
                    await body(Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (Token.IsCancellationRequested)
                {
                    if (run.IsStopping)
                    {
                        run.Interrupt();
                        end = new OperationCanceledException(Token);
                    }
                }
                catch (Exception exception)
                {
                    run.Fail(exception);
                    end = new OperationCanceledException(Token);
                }
                ended(end);
            })
        );

    /// <summary>Runs a loop that fills one channel and completes it.</summary>
    public void Start<T>(Channel<T> output, Func<CancellationToken, Task> body) => Start(body, end => output.Writer.TryComplete(end));

    /// <summary>Opens a side branch: a channel that a sink consumes. Writes to it are refused once the sink has returned.</summary>
    public ChannelWriter<T> StartBranch<T>(Sink<T> sink, int capacity)
    {
        Channel<T> branch = Bounded<T>(capacity);
        StageCounter counter = Counter(sink.Name);
        Root.Start(token => sink.ConsumeAsync(branch.Reader.ReadAllAsync(token), counter, token), _ => branch.Writer.TryComplete());
        return branch.Writer;
    }

    public void Dispose() => stop.Dispose();
}
