using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;
using VlmQ.Learning;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Train;

/// <summary>Training steps a CPU second against PyTorch eager doing the same step.</summary>
internal sealed class TrainBenchmark : IBenchmark
{
    private static readonly string[] Sizes = ["XS", "S", "M", "L"];
    private static readonly string[] Dtypes = ["fp32", "bf16"];

    // Both sides inherit the first two from the caller, who decides by them which code BLAS and ATen run; the others are set alike where
    // the caller has not: idle workers sleep, as they do in the product, so that two threads on a busy machine are not measured spinning.
    private static readonly string[] Settings =
    [
        "OPENBLAS_CORETYPE",
        "ATEN_CPU_CAPABILITY",
        "OMP_NUM_THREADS",
        "OMP_WAIT_POLICY",
        "GOMP_SPINCOUNT",
        "OPENBLAS_THREAD_TIMEOUT",
    ];

    /// <inheritdoc/>
    public string Name => "train";

    /// <inheritdoc/>
    public string Help =>
        """
            tokens per CPU second of one AFSFT step, against PyTorch eager doing the same step in slices that alternate with ours
              --sizes XS,S,M,L      model sizes
              --dtypes fp32,bf16    precision of matrix products (bf16: the peer under CPU autocast)
              --threads 1           threads of each side
              --seconds 2           length of a slice
              --rounds 5            slices of each side; their medians are compared
              --kernels fused       fused or plain: how our side computes
              --peer FOLDER         the peer's folder, with bench.py (default: VLMQ_PEER, then ../shared/peer beside the repository)
              --check               print the losses of five steps of our side instead
            Set OPENBLAS_CORETYPE and ATEN_CPU_CAPABILITY to choose what both sides run on; VLMQ_PYTHON names a Python with torch.
            """;

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        string[] sizes = arguments.Words("sizes", string.Join(',', Sizes), Sizes);
        string[] dtypes = arguments.Words("dtypes", string.Join(',', Dtypes), Dtypes);
        int threads = arguments.Count("threads", 1, 1, 1024);
        double seconds = arguments.Number("seconds", 2, 0.1, 600);
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        string kernels = arguments.Words("kernels", "fused", ["fused", "plain"])[0];
        string folder = arguments.Text("peer", "");
        bool check = arguments.Flag("check"),
            serve = arguments.Flag("serve");
        arguments.RejectUnknown();
        if (check || serve)
        {
            set_num_threads(threads);
            foreach (
                (string size, string dtype) in check
                    ? from size in sizes
                    from dtype in dtypes
                    select (size, dtype)
                    : [(sizes[0], dtypes[0])]
            )
            {
                using PeerWorkload work = new(size, dtype == "bf16" ? Precision.BFloat16 : Precision.Full, Chosen(kernels));
                if (serve)
                {
                    Serve(work);
                }
                else
                {
                    Check(work, $"{size} {dtype} {kernels}", log);
                }
            }
            return [];
        }
        PyTorchPeer peer = PyTorchPeer.Find(folder);
        Dictionary<string, string> environment = new()
        {
            ["OMP_NUM_THREADS"] = $"{threads}",
            ["OMP_WAIT_POLICY"] = Set("OMP_WAIT_POLICY") ?? "PASSIVE",
            ["GOMP_SPINCOUNT"] = Set("GOMP_SPINCOUNT") ?? "0",
            ["OPENBLAS_THREAD_TIMEOUT"] = Set("OPENBLAS_THREAD_TIMEOUT") ?? "16",
        };
        log.WriteLine(
            "both sides: "
                + string.Join(' ', Settings.Select(name => $"{name}={environment.GetValueOrDefault(name) ?? Set(name) ?? "(unset)"}"))
        );
        List<BenchmarkResult> results = [];
        foreach ((string size, string dtype) in from size in sizes from dtype in dtypes select (size, dtype))
        {
            using Worker theirs = peer.Start(size, dtype, threads, environment);
            using Worker ours = new(
                "VlmQ",
                Environment.ProcessPath!,
                ["train", "--serve", "--sizes", size, "--dtypes", dtype, "--threads", $"{threads}", "--kernels", kernels],
                environment
            );
            double[] rates = Alternation.Medians(rounds, () => ours.Slice(seconds), () => theirs.Slice(seconds));
            results.Add(BenchmarkResult.Rate($"train {size} {dtype}", rates[0], "tokens/CPU-s", "PyTorch eager", rates[1]));
            log.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{size} {dtype}: {rates[0]:0} against {rates[1]:0}, {rates[0] / rates[1]:0.00}"
                )
            );
        }
        return results;
    }

    private static string? Set(string variable) => Environment.GetEnvironmentVariable(variable);

    private static IKernels Chosen(string name) =>
        name == "plain"
            ? Kernels.Plain
            : Kernels.Fused
                ?? throw new FaultException(Fault.External("the native library has no fused kernels", remedy: "use --kernels plain"));

    private static void Serve(PeerWorkload work)
    {
        for (int i = 0; i < 3; i++)
        {
            work.Step();
        }
        Worker.Serve(PeerWorkload.TokensAStep, () => work.Step());
    }

    private static void Check(PeerWorkload work, string title, TextWriter log)
    {
        log.WriteLine(title);
        for (int i = 0; i < 5; i++)
        {
            StepMetrics step = work.Step();
            log.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {i} actor {step.ActorLoss:0.000000} critic {step.CriticLoss:0.000000} keep {step.Kept:0.000000} y {step.Target:0.000000} gn {step.GradientNorm:0.000000}"
                )
            );
        }
    }
}
