using Spectre.Console;

namespace VlmQ.Cli.Terminal;

/// <summary>A bar a piece of work, redrawn in place.</summary>
internal sealed class TerminalProgressBoard : IProgressBoard
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProgressContext> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _drawing;
    private readonly TimeProvider _clock;

    public TerminalProgressBoard(IAnsiConsole console, TimeProvider clock)
    {
        _clock = clock;
        _drawing = Task.Run(() =>
            console
                .Progress()
                .AutoClear(false)
                .Columns(new SpinnerColumn(), new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .StartAsync(async context =>
                {
                    _started.SetResult(context);
                    await _done.Task.ConfigureAwait(false);
                })
        );
    }

    public IProgressLine Begin(string name, long? total, string unit, long from = 0)
    {
        ProgressTask task = _started.Task.GetAwaiter().GetResult().AddTask(Markup.Escape(name), maxValue: Math.Max(1, total ?? 1));
        task.IsIndeterminate = total is null;
        return new Line(task, new ProgressMeter(name, total, unit, from, _clock));
    }

    public async ValueTask DisposeAsync()
    {
        _done.TrySetResult();
        await _drawing.ConfigureAwait(false);
    }

    private sealed class Line(ProgressTask task, ProgressMeter meter) : IProgressLine
    {
        private (long Done, string Note)? _last;

        public void Report(long done, string note = "")
        {
            _last = (done, note);
            task.Value = done;
            task.Description = Markup.Escape(meter.Line(done, note));
        }

        public void Dispose()
        {
            if (_last is { } last)
            {
                task.Description = Markup.Escape(meter.End(last.Done, last.Note));
            }
            task.StopTask();
        }
    }
}
