using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Benchmarks.Convert;

/// <summary>Episodes to transitions, against nothing but the PNG work that no conversion can do without.</summary>
internal sealed class ConvertBenchmark : IBenchmark
{
    private const int Large = 10;

    public string Name => "convert";

    public string Help =>
        """
            converts episodes of NumberLine with 300×300 PNG pictures to transitions (read and verify, render, tokenize, decode, resize as
            Pillow does, encode, compress, hash, synchronize), with 1 and 2 workers. The peer is the slowest part that cannot be avoided, alone:
            decoding, resizing and encoding the same pictures in as many threads. Then the peak resident memory of a process that converts
            them, and of one that converts ten times as many.
              --turns N        turns of the episodes (default 2000)
              --image-size S   side of the pictures afterwards (default 60)
              --rounds N       slices of each contender (default 3)
              --tokenizer DIR  the tokenizer (default: data/tokenizers/tiny)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        int turns = arguments.Count("turns", 2000, 1, 1_000_000);
        int imageSize = arguments.Count("image-size", 60, 1, 4096);
        int rounds = arguments.Count("rounds", 3, 1, 1000);
        string tokenizerFolder = arguments.Text("tokenizer", Checkout.PathOf("data", "tokenizers", "tiny"));
        string child = arguments.Text("convert-only", "");
        arguments.RejectUnknown();
        TextTokenizer tokenizer = TextTokenizer.Load(tokenizerFolder).OrThrow();
        if (child.Length > 0)
        {
            ConvertWork.Convert(child, child + "-converted", 2, imageSize, tokenizer);
            return [new BenchmarkResult("convert peak memory", OwnProcess.PeakMebibytes(), "MiB")];
        }
        string folder = Directory.CreateTempSubdirectory("vlmq-bench-convert-").FullName;
        try
        {
            log.WriteLine("playing …");
            ConvertWork work = new(folder, turns, imageSize, tokenizer);
            string source = work.WriteAsync(1).GetAwaiter().GetResult();
            List<BenchmarkResult> results = [];
            foreach (int workers in (int[])[1, 2])
            {
                log.WriteLine($"{workers} worker(s) …");
                results.AddRange(Compare(work, source, workers, rounds));
            }
            log.WriteLine("memory …");
            results.Add(Memory(source, work.Turns, imageSize, tokenizerFolder));
            results.Add(Memory(work.WriteAsync(Large).GetAwaiter().GetResult(), Large * work.Turns, imageSize, tokenizerFolder));
            return results;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<BenchmarkResult> Compare(ConvertWork work, string source, int workers, int rounds)
    {
        const string Peer = "PNG decode, resize, encode alone";
        Action convert = () => work.Convert(source, workers);
        Action resize = () => work.Resize(workers);
        convert();
        resize();
        double[] cpu = Alternation.Medians(
            rounds,
            () => Alternation.PerCpuSecond(work.Turns, 0, convert),
            () => Alternation.PerCpuSecond(work.Turns, 0, resize)
        );
        double[] wall = Alternation.Medians(rounds, () => PerSecond(work.Turns, convert), () => PerSecond(work.Turns, resize));
        double megabytes = work.PictureBytes / 1e6 / work.Turns;
        yield return BenchmarkResult.Rate($"convert {workers} worker(s), CPU", cpu[0], "turns/CPU-s", Peer, cpu[1]);
        yield return BenchmarkResult.Rate($"convert {workers} worker(s), wall", wall[0], "turns/s", Peer, wall[1]);
        yield return new BenchmarkResult($"convert {workers} worker(s), PNG bytes read", wall[0] * megabytes, "MB/s");
    }

    private static double PerSecond(double items, Action work)
    {
        long start = TimeProvider.System.GetTimestamp();
        work();
        return items / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static BenchmarkResult Memory(string source, int turns, int imageSize, string tokenizerFolder)
    {
        string size = imageSize.ToString(CultureInfo.InvariantCulture);
        double[] peak = OwnProcess.Measure("convert", "--convert-only", source, "--image-size", size, "--tokenizer", tokenizerFolder);
        return new BenchmarkResult(string.Create(CultureInfo.InvariantCulture, $"convert peak memory, {turns} turns"), peak[0], "MiB");
    }
}
