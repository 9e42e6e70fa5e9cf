using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Dataflow;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Imports, showing how far it is.</summary>
internal static class ImportStage
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static async Task<Result<T>> RunAsync<T>(Shell shell, Func<FlowMonitor, Task<Result<T>>> work)
    {
        FlowMonitor monitor = new();
        await using IProgressBoard board = shell.Progress();
        using IProgressLine line = board.Begin("import", null, "episodes");
        Task<Result<T>> running = work(monitor);
        while (await Task.WhenAny(running, Task.Delay(Look, CancellationToken.None)).ConfigureAwait(false) != running)
        {
            line.Report(monitor.Written());
        }
        line.Report(monitor.Written());
        return await running.ConfigureAwait(false);
    }
}
