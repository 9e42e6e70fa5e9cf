namespace VlmQ.Cli.Terminal;

/// <summary>Plain lines for logs: one every few seconds, one at the end of a piece of work.</summary>
internal sealed class PlainProgressBoard(TextWriter output, TimeProvider clock) : IProgressBoard
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public IProgressLine Begin(string name, long? total, string unit, long from = 0) =>
        new Line(this, new ProgressMeter(name, total, unit, from, clock));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(string text)
    {
        lock (output)
        {
            output.WriteLine(text);
        }
    }

    private sealed class Line(PlainProgressBoard board, ProgressMeter meter) : IProgressLine
    {
        private TimeSpan _next = Interval;
        private (long Done, string Note)? _last;

        public void Report(long done, string note = "")
        {
            _last = (done, note);
            if (meter.Elapsed >= _next)
            {
                _next = meter.Elapsed + Interval;
                board.Write(meter.Line(done, note));
            }
        }

        public void Dispose()
        {
            if (_last is { } last)
            {
                board.Write(meter.End(last.Done, last.Note));
            }
        }
    }
}
