namespace VlmQ.Benchmarks.Harness;

/// <summary>One line of a benchmark's table.</summary>
/// <param name="Case">What was done, e.g. <c>train S fp32</c>.</param>
/// <param name="Value">Ours, in <paramref name="Unit"/>.</param>
/// <param name="Unit">E.g. <c>tokens/CPU-s</c>.</param>
/// <param name="Peer">Whom we are compared with, or null.</param>
/// <param name="PeerValue">The peer's, in the same unit.</param>
/// <param name="Ratio">Above 1: better than the peer.</param>
internal sealed record BenchmarkResult(
    string Case,
    double Value,
    string Unit,
    string? Peer = null,
    double? PeerValue = null,
    double? Ratio = null
)
{
    /// <summary>A result where more is better.</summary>
    public static BenchmarkResult Rate(string name, double value, string unit, string peer, double peerValue) =>
        new(name, value, unit, peer, peerValue, value / peerValue);

    /// <summary>A result where less is better.</summary>
    public static BenchmarkResult Cost(string name, double value, string unit, string peer, double peerValue) =>
        new(name, value, unit, peer, peerValue, peerValue / value);
}
