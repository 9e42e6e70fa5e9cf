using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.FullSize;

/// <summary>MoonDream2's text model in full size, from its file on the disk to its tokens, against what disk and memory allow.</summary>
internal sealed class FullSizeBenchmark : IBenchmark
{
    private const double Mebi = 1 << 20;

    /// <inheritdoc/>
    public string Name => "model-full";

    /// <inheritdoc/>
    public string Help =>
        """
            MoonDream2's text model in full size with random weights of 16 bits, a file of 2.8 GB: the time to the first token against that
            of reading the file, peak memory against the file's length, and tokens per second against what the memory's bandwidth allows,
            which is measured in slices that alternate with generation: the bytes a second that as many threads add up from a buffer,
            divided by the bytes of weights that a token needs
              --threads N           threads (default: as many as processors)
              --tokens 8            tokens of a slice
              --rounds 7            slices of each side; their medians are compared
              --prompt 16           tokens of the short prompt
              --long 700            tokens of the long prompt
              --layers 24           layers of the text model
              --type bf16           bf16 or fp16
              --folder FOLDER       where the file lies for the time of the benchmark (default: the system's temporary folder)
            """;

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        FullSizeSettings settings = FullSizeSettings.Of(arguments);
        string stage = arguments.Text("stage", "");
        arguments.RejectUnknown();
        set_num_threads(settings.Threads);
        if (stage.Length > 0)
        {
            return FullSizeStages.ByName.TryGetValue(stage, out Func<FullSizeSettings, IReadOnlyList<BenchmarkResult>>? run)
                ? run(settings)
                : throw new FaultException(Fault.Configuration($"'{stage}' is no stage", "--stage"));
        }
        string folder = Path.Combine(settings.Folder, "vlmq-bench-model-full-" + Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        try
        {
            return Whole(settings with { Folder = folder }, log);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<BenchmarkResult> Whole(FullSizeSettings settings, TextWriter log)
    {
        log.WriteLine($"the weights, in {settings.Folder} …");
        Own(settings, "write");
        string file = Path.Combine(settings.Folder, SafetensorsCheckpoint.SingleFileName);
        double mebibytes = new FileInfo(file).Length / Mebi;
        List<BenchmarkResult> results =
        [
            .. Starts(settings, file, mebibytes, cold: true, log),
            .. Starts(settings, file, mebibytes, false, log),
        ];
        double[] first = Own(settings, "prefill");
        string prompt = $"a prompt of {settings.LongPrompt}";
        results.Add(new BenchmarkResult(prompt, settings.LongPrompt / first[1], "tokens/s"));
        results.Add(BenchmarkResult.Cost(prompt + ", peak memory", first[2], "MiB", "the file", mebibytes));
        results.Add(Bounded($"tokens behind {settings.ShortPrompt}", Own(settings, "generate"), log));
        results.Add(Bounded($"tokens behind {settings.LongPrompt}", Own(settings, "generate-long"), log));
        return results;
    }

    private static IEnumerable<BenchmarkResult> Starts(FullSizeSettings settings, string file, double mebibytes, bool cold, TextWriter log)
    {
        string state = cold ? "cold file" : "warm file";
        const string Peer = "reading the file",
            File = "the file";
        Ready();
        double raw = WeightsOnDisk.Read(file);
        Ready();
        double[] open = Own(settings, "open");
        Ready();
        double[] start = Own(settings, "start");
        log.WriteLine(
            Invariant(
                $"{state}: read in {raw:0.00} s; mapped in {open[0]:0.00} s, all there {open[1]:0.00} s later; first token {start[1]:0.00} s later"
            )
        );
        yield return BenchmarkResult.Cost(state + ", all weights there", open[0] + open[1], "s", Peer, raw);
        yield return BenchmarkResult.Cost(state + ", all weights there, peak memory", open[2], "MiB", File, mebibytes);
        yield return BenchmarkResult.Cost($"{state} to first token", start[0] + start[1], "s", Peer, raw);
        yield return BenchmarkResult.Cost($"{state} to first token, peak memory", start[2], "MiB", File, mebibytes);

        void Ready()
        {
            if (!cold)
            {
                WeightsOnDisk.Read(file);
            }
            else if (!WeightsOnDisk.Drop(file))
            {
                throw new FaultException(Fault.External("the system does not drop its copy of the file", file, "measure on Linux"));
            }
        }
    }

    private static BenchmarkResult Bounded(string name, double[] measured, TextWriter log)
    {
        (double rate, double bandwidth, double bytes) = (measured[0], measured[1], measured[2]);
        log.WriteLine(
            Invariant($"{name}: {bytes / 1e6:0} MB of weights each, read at {rate * bytes / 1e9:0.00} of {bandwidth / 1e9:0.00} GB/s")
        );
        return BenchmarkResult.Rate(name, rate, "tokens/s", "bandwidth", bandwidth / bytes);
    }

    private static double[] Own(FullSizeSettings settings, string stage) =>
        OwnProcess.Measure(["model-full", "--stage", stage, .. settings.Arguments]);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
