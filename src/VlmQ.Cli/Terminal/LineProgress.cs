namespace VlmQ.Cli.Terminal;

/// <summary>Reports to a line at once, on the caller's thread.</summary>
internal sealed class LineProgress(IProgressLine line) : IProgress<long>
{
    public void Report(long value) => line.Report(value);
}
