namespace VlmQ.Cli.Terminal;

/// <summary>One piece of work on a <see cref="IProgressBoard"/>; disposing it ends the line.</summary>
internal interface IProgressLine : IDisposable
{
    /// <summary>How much is done now, and a few words beside it (a loss, a share).</summary>
    void Report(long done, string note = "");
}
