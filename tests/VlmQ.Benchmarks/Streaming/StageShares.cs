namespace VlmQ.Benchmarks.Streaming;

/// <summary>Shares, from 0 to 1, of a pass's wall time.</summary>
/// <param name="Reading">In which the reading stage works; the rest of the time it waits for room.</param>
/// <param name="Decoding">In which a worker of the decoding stage works; the rest of the time it waits for something to decode.</param>
/// <param name="Processors">In which a processor works for this program.</param>
internal sealed record StageShares(double Reading, double Decoding, double Processors);
