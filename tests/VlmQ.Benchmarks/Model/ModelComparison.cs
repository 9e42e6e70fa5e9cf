using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Model;

/// <summary>Measures a model's steps and PyTorch's in turn, each in a process of its own.</summary>
/// <param name="python">A Python with torch.</param>
/// <param name="threads">Threads of each side.</param>
/// <param name="seconds">Length of a slice.</param>
/// <param name="rounds">Slices of each side.</param>
/// <param name="peak">Operations a second that the device can do.</param>
/// <param name="log">Where progress goes.</param>
internal sealed class ModelComparison(string python, int threads, double seconds, int rounds, double peak, TextWriter log)
{
    /// <summary>Steps before the first slice, of either side; the losses of the last are compared.</summary>
    public const int FirstSteps = 3;

    private readonly Dictionary<string, string> _environment = new()
    {
        ["OMP_NUM_THREADS"] = $"{threads}",
        ["OMP_WAIT_POLICY"] = "PASSIVE",
        ["GOMP_SPINCOUNT"] = "0",
        ["OPENBLAS_THREAD_TIMEOUT"] = "16",
    };

    /// <summary>The results of one model.</summary>
    /// <param name="settings">What is measured.</param>
    /// <param name="arguments">The options that make our process measure just that.</param>
    /// <exception cref="FaultException">The sides do not compute the same, or one does not run.</exception>
    public IReadOnlyList<BenchmarkResult> Of(WorkSettings settings, IReadOnlyList<string> arguments)
    {
        string folder = Directory.CreateTempSubdirectory("vlmq-bench-model-").FullName;
        try
        {
            (string script, double expected, double share) = Written(settings, folder);
            bool onDevice = settings.Device.type == DeviceType.CUDA;
            double before = onDevice ? DeviceMemory() : 0;
            using Worker theirs = new(
                "PyTorch",
                python,
                [Path.Combine(AppContext.BaseDirectory, "Model", script), folder, $"{threads}"],
                _environment
            );
            double loss = theirs.Slice(0);
            Compare(settings, expected, loss);
            double between = onDevice ? DeviceMemory() : 0;
            string[] own = ["model", "--serve", "--families", settings.Family, "--threads", $"{threads}", .. arguments];
            using Worker ours = new("VlmQ", Environment.ProcessPath!, own, _environment);
            double[] rates = Alternation.Medians(rounds, () => ours.Slice(seconds), () => theirs.Slice(seconds));
            string title =
                $"{settings.Family} {(settings.IsFull ? "full" : "tiny")}, {(settings.Adapts ? "AFSFT step" : "forward and backward")}";
            string losses = string.Create(CultureInfo.InvariantCulture, $"losses {expected:0.000000} and {loss:0.000000}");
            log.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{title}: {rates[0]:0} against {rates[1]:0}, {rates[0] / rates[1]:0.00}; {losses}"
                )
            );
            BenchmarkResult speed = BenchmarkResult.Rate(
                title,
                rates[0],
                onDevice ? "positions/s" : "positions/CPU-s",
                "PyTorch eager",
                rates[1]
            );
            return onDevice
                ?
                [
                    speed,
                    BenchmarkResult.Rate(title + ", MFU", share * rates[0], "of the peak", "PyTorch eager", share * rates[1]),
                    BenchmarkResult.Cost(title + ", memory", DeviceMemory() - between, "MiB", "PyTorch eager", between - before),
                ]
                : [speed];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What the other side needs, the loss of our third step, and which share of the peak one position a second is.
    private (string Script, double Loss, double Share) Written(WorkSettings settings, string folder)
    {
        using ModelWork work = ModelBenchmark.Work(settings);
        work.Write(folder);
        double[] losses = [.. Enumerable.Range(0, FirstSteps).Select(_ => work.Step())];
        log.WriteLine("our losses " + string.Join(' ', losses.Select(loss => loss.ToString("0.000000", CultureInfo.InvariantCulture))));
        return (work.Script, losses[^1], work.Operations / work.Positions / peak);
    }

    private static void Compare(WorkSettings settings, double ours, double theirs)
    {
        // Factors of 8 bits are summed in another order; float32 agrees to the fifth decimal.
        double limit = settings.IsFull ? 0.05 * Math.Abs(ours) : 1e-4;
        if (!(Math.Abs(ours - theirs) <= limit))
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"the peer's loss is {theirs}, ours {ours}");
            throw new FaultException(Fault.External(what, settings.Family));
        }
    }

    // MiB in use on the first device, whoever asked for them. Allocators give nothing back, so what a process has taken is its peak.
    private static double DeviceMemory()
    {
        ProcessStartInfo start = new("nvidia-smi", ["--query-gpu=memory.used", "--format=csv,noheader,nounits", "--id=0"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double used)
            ? used
            : throw new FaultException(Fault.External($"says '{text.Trim()}' when asked for the memory in use", "nvidia-smi"));
    }
}
