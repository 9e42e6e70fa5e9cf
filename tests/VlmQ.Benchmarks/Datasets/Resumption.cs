using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Streaming.Simulation;

namespace VlmQ.Benchmarks.Datasets;

/// <summary>Going on in the middle of a pass over a dataset that is not there, as <c>vlmq dataset simulate</c> does.</summary>
internal static class Resumption
{
    private const long Turns = 100_000_000;
    private const long At = 50_000_000;
    private const double Target = 100;
    private const double Kibibyte = 1024;

    /// <summary>Time and allocations for datasets of the same size in more and more parts.</summary>
    public static IEnumerable<BenchmarkResult> Measure(int rounds, TextWriter log)
    {
        foreach (int parts in (int[])[100, 1_000, 10_000])
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"resume at turn {At:N0} of {Turns:N0} in {parts:N0} parts");
            log.WriteLine(name + " …");
            SimulationOptions options = new() { Turns = Turns, Parts = parts };
            // The first time warms up.
            Resume(options);
            double[] time = Alternation.Medians(rounds, () => Alternation.Milliseconds(() => Resume(options)));
            yield return BenchmarkResult.Cost(name, time[0], "ms", "target, at most", Target);
            yield return new BenchmarkResult(name + ", sampler and plan", PlanBytes(options) / Kibibyte, "KiB allocated");
            yield return new BenchmarkResult(name + ", with the block's episodes", ResumeBytes(options) / Kibibyte, "KiB allocated");
        }
    }

    private static void Resume(SimulationOptions options)
    {
        SimulatedDataset dataset = new(options);
        StreamSimulator.PositionOf(options, dataset, StreamSimulator.SamplerOf(options, dataset.Sizes()), At);
    }

    private static long PlanBytes(SimulationOptions options)
    {
        SimulatedDataset dataset = new(options);
        long before = GC.GetAllocatedBytesForCurrentThread();
        WindowSampler sampler = StreamSimulator.SamplerOf(options, dataset.Sizes());
        _ = sampler.Blocks(options.Epoch);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static long ResumeBytes(SimulationOptions options)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Resume(options);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
