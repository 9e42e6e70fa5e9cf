namespace VlmQ.Benchmarks.Harness;

/// <summary>One benchmark of <c>vlmq bench NAME</c>.</summary>
internal interface IBenchmark
{
    /// <summary>NAME.</summary>
    string Name { get; }

    /// <summary>What it measures and against whom, and its arguments with their defaults; for <c>--help</c>.</summary>
    string Help { get; }

    /// <summary>Measures. Progress goes to <paramref name="log"/>, never to standard output.</summary>
    /// <exception cref="Core.Episodes.FaultException">An argument is wrong, or something outside is missing.</exception>
    IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log);
}
