using VlmQ.Benchmarks.Harness;

namespace VlmQ.Benchmarks.Streaming;

/// <summary>Reading a dataset as shuffled batches, against a plain loop over it.</summary>
internal sealed class StreamBenchmark : IBenchmark
{
    private const double WaitTarget = 2;
    private const double Percent = 100;

    public string Name => "stream";

    public string Help =>
        """
            streams transitions of NumberLine with 300×300 PNG pictures (read, verify, shuffle, decode, resize as Pillow does, collate)
            with 1 and 2 workers. The peer is the plain loop over the same dataset, on one thread: read an episode, decode, resize and
            collate a batch when it is full, go on. Contenders in turn, pictures per second of wall time, and of CPU time. Then the shares
            of the time in which each stage works, and the share of a learner's time that it waits for its batches.
              --turns N        turns of the dataset (default 6000)
              --image-size S   side of the pictures in a batch (default 60)
              --rounds N       passes of each contender (default 5)
              --sizes LIST     TinyVlm sizes of XS, S, M, L for the learner (default XS,S)
              --steps N        steps of the learner (default 60)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        int turns = arguments.Count("turns", 6000, 100, 10_000_000);
        int imageSize = arguments.Count("image-size", 60, 1, 4096);
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        string[] sizes = arguments.Words("sizes", "XS,S", ["XS", "S", "M", "L"]);
        int steps = arguments.Count("steps", 60, 1, 1_000_000);
        arguments.RejectUnknown();
        string folder = Directory.CreateTempSubdirectory("vlmq-bench-stream-").FullName;
        try
        {
            log.WriteLine("a dataset …");
            StreamWork work = new(folder, turns, imageSize);
            return
            [
                .. Speed(work, rounds, log),
                .. Shares(work, rounds, log),
                .. sizes.Select(size => Wait(work, size, imageSize, steps, log)),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<BenchmarkResult> Speed(StreamWork work, int rounds, TextWriter log)
    {
        const string Peer = "plain loop";
        log.WriteLine("the stream and the plain loop …");
        // The first pass of each warms it up.
        work.Stream(2);
        work.OneAfterAnother();
        double[] rates = Alternation.Medians(rounds, () => work.Stream(1), () => work.Stream(2), work.OneAfterAnother);
        yield return BenchmarkResult.Rate("stream 1 worker", rates[0], "pictures/s", Peer, rates[2]);
        yield return BenchmarkResult.Rate("stream 2 workers", rates[1], "pictures/s", Peer, rates[2]);
        double[] cpu = Alternation.Medians(
            rounds,
            () => Alternation.PerCpuSecond(work.Pictures, 0, () => work.Stream(2)),
            () => Alternation.PerCpuSecond(work.Pictures, 0, () => work.OneAfterAnother())
        );
        yield return BenchmarkResult.Rate("stream 2 workers, CPU", cpu[0], "pictures/CPU-s", Peer, cpu[1]);
    }

    private static IEnumerable<BenchmarkResult> Shares(StreamWork work, int rounds, TextWriter log)
    {
        log.WriteLine("stage by stage …");
        StageShares[] shares = [.. Enumerable.Range(0, rounds).Select(_ => work.Shares(2))];
        yield return Share("reading stage works", share => share.Reading);
        yield return Share("each of 2 decoding workers works", share => share.Decoding);
        yield return Share("each processor works", share => share.Processors);

        BenchmarkResult Share(string name, Func<StageShares, double> of) =>
            new("stream 2 workers, " + name, Percent * Alternation.Median([.. shares.Select(of)]), "% of the time");
    }

    private static BenchmarkResult Wait(StreamWork work, string size, int imageSize, int steps, TextWriter log)
    {
        log.WriteLine($"a learner of {size} …");
        double waits = Percent * TrainerWait.Measure(work, size, imageSize, 1, steps);
        return BenchmarkResult.Cost($"learner TinyVlm {size} waits", waits, "% of step time", "target, at most", WaitTarget);
    }
}
