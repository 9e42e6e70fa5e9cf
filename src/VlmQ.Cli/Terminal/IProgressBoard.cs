namespace VlmQ.Cli.Terminal;

/// <summary>Draws how far the work has come; each piece of work has a line of its own.</summary>
internal interface IProgressBoard : IAsyncDisposable
{
    /// <summary>Begins a line.</summary>
    /// <param name="name">What is being done.</param>
    /// <param name="total">How much there is to do; null when unknown.</param>
    /// <param name="unit">Of what, in the plural.</param>
    /// <param name="from">How much was done before: it counts, but not in the rate.</param>
    IProgressLine Begin(string name, long? total, string unit, long from = 0);
}
