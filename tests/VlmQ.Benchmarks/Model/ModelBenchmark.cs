using TorchSharp;
using VlmQ.Benchmarks.Harness;
using VlmQ.Benchmarks.Train;
using VlmQ.Core.Episodes;
using VlmQ.Models.Devices;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>Steps of published architectures with random weights against the same steps in plain PyTorch.</summary>
internal sealed class ModelBenchmark : IBenchmark
{
    private static readonly string[] Families = [MoonDream2024Description.Name, MoonDream2025Description.Name, XGenMmDescription.Name];

    /// <inheritdoc/>
    public string Name => "model";

    /// <inheritdoc/>
    public string Help =>
        """
            positions a second of MoonDream2 and xGen-MM with random weights, against the same model with the same weights in plain PyTorch
            eager, in slices that alternate; the losses of both sides' third step are compared first
              --families moondream2-2024-08-26,moondream2-2025-06-21,xgen-mm-phi3-mini-instruct-interleave-r-v1.5
              --size tiny           tiny, or full: the published sizes in bfloat16, 8 rows of 1,024 positions, 32 of them answered
              --models FOLDER       small models to take weights and sizes from, each in a folder of its family's name, in place of random
                                    weights (with tiny)
              --step fit            fit: forward and backward of everything, vision included; afsft (with full): a step of AFSFT on
                                    adapters of rank 16 and two critics, of pictures that the frozen tower has seen before
              --device cpu          cpu, or cuda (with full): wall time in place of CPU time, bfloat16 products, the peer under autocast
              --peak 989            dense bfloat16 TFLOP/s of the device, which the share of it (MFU) refers to; 989 is an H100's or H200's
              --threads 1           threads of each side
              --seconds 2           length of a slice
              --rounds 5            slices of each side; their medians are compared
              --kernels fused       fused or plain: how our side computes
            VLMQ_PYTHON names a Python with torch; for cuda one with CUDA, as the libtorch that LIBTORCH named when this was built.
            """;

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        bool isFull = arguments.Words("size", "tiny", ["tiny", "full"])[0] == "full";
        string[] families = arguments.Words("families", string.Join(',', Families), Families);
        bool adapts = arguments.Words("step", isFull ? "afsft" : "fit", ["fit", "afsft"])[0] == "afsft";
        string device = arguments.Text("device", isFull ? "cuda" : "cpu");
        string models = arguments.Text("models", "");
        double peak = arguments.Number("peak", 989, 0.001, 1e6) * 1e12;
        int threads = arguments.Count("threads", 1, 1, 1024);
        double seconds = arguments.Number("seconds", 2, 0.1, 600);
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        string kernels = arguments.Words("kernels", "fused", ["fused", "plain"])[0];
        bool serve = arguments.Flag("serve");
        arguments.RejectUnknown();
        if (isFull && models.Length > 0)
        {
            throw new FaultException(Fault.Configuration("has no meaning with --size full", "--models", "leave it out"));
        }
        Device chosen = ComputeDevice.Of(device).OrThrow();
        IKernels how = kernels == "plain" ? Kernels.Plain : Kernels.Best;
        set_num_threads(threads);
        if (serve)
        {
            Serve(Of(families[0]));
            return [];
        }
        ModelComparison comparison = new(PyTorchPeer.FindPython(), threads, seconds, rounds, peak, log);
        string[] own = ["--size", isFull ? "full" : "tiny", "--step", adapts ? "afsft" : "fit", "--device", device, "--kernels", kernels];
        string[] from = models.Length > 0 ? ["--models", models] : [];
        return [.. families.SelectMany(family => comparison.Of(Of(family), [.. own, .. from]))];

        WorkSettings Of(string family) => new(family, how, isFull, adapts, chosen, models.Length > 0 ? Path.GetFullPath(models) : null);
    }

    /// <summary>A model's work.</summary>
    public static ModelWork Work(WorkSettings settings) =>
        settings.Family == XGenMmDescription.Name ? new XGenMmWork(settings) : new MoonDreamWork(settings);

    private static void Serve(WorkSettings settings)
    {
        using ModelWork work = Work(settings);
        for (int i = 0; i < ModelComparison.FirstSteps; i++)
        {
            work.Step();
        }
        Worker.Serve(work.Positions, () => work.Step(), ofWallTime: settings.Device.type == DeviceType.CUDA);
    }
}
