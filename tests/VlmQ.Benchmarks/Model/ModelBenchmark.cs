using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Benchmarks.Train;
using VlmQ.Core.Episodes;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>Forward and backward of small published architectures against the same model in plain PyTorch.</summary>
internal sealed class ModelBenchmark : IBenchmark
{
    private static readonly string[] Families = [MoonDream2024Description.Name, MoonDream2025Description.Name, XGenMmDescription.Name];

    /// <inheritdoc/>
    public string Name => "model";

    /// <inheritdoc/>
    public string Help =>
        """
            positions per CPU second, forward and backward, of small MoonDream2 and xGen-MM models with random weights (turns of a picture,
            a prompt and an answer; gradients of every weight, vision included), against the same model with the same weights in plain
            PyTorch eager, in slices that alternate; the losses of both sides are compared first
              --families moondream2-2024-08-26,moondream2-2025-06-21,xgen-mm-phi3-mini-instruct-interleave-r-v1.5
              --threads 1           threads of each side
              --seconds 2           length of a slice
              --rounds 5            slices of each side; their medians are compared
              --kernels fused       fused or plain: how our side computes
            VLMQ_PYTHON names a Python with torch.
            """;

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        string[] families = arguments.Words("families", string.Join(',', Families), Families);
        int threads = arguments.Count("threads", 1, 1, 1024);
        double seconds = arguments.Number("seconds", 2, 0.1, 600);
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        string kernels = arguments.Words("kernels", "fused", ["fused", "plain"])[0];
        bool serve = arguments.Flag("serve");
        arguments.RejectUnknown();
        if (serve)
        {
            Serve(families[0], threads, kernels);
            return [];
        }
        string python = PyTorchPeer.FindPython();
        Dictionary<string, string> environment = new()
        {
            ["OMP_NUM_THREADS"] = $"{threads}",
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["GOMP_SPINCOUNT"] = "0",
            ["OPENBLAS_THREAD_TIMEOUT"] = "16",
        };
        return [.. families.Select(family => Compare(family, threads, kernels, seconds, rounds, python, environment, log))];
    }

    private static BenchmarkResult Compare(
        string family,
        int threads,
        string kernels,
        double seconds,
        int rounds,
        string python,
        Dictionary<string, string> environment,
        TextWriter log
    )
    {
        string folder = Directory.CreateTempSubdirectory("vlmq-bench-model-").FullName;
        try
        {
            double expected;
            string script;
            using (IModelWork work = Work(family, kernels))
            {
                work.Write(folder);
                expected = work.Step();
                script = Path.Combine(AppContext.BaseDirectory, "Model", work.Script);
            }
            using Worker theirs = new("PyTorch", python, [script, folder, $"{threads}"], environment);
            double loss = theirs.Slice(0);
            if (Math.Abs(loss - expected) > 1e-4)
            {
                throw new FaultException(
                    Fault.External(string.Create(CultureInfo.InvariantCulture, $"the peer's loss is {loss}, ours {expected}"), family)
                );
            }
            string[] own = ["model", "--serve", "--families", family, "--threads", $"{threads}", "--kernels", kernels];
            using Worker ours = new("VlmQ", Environment.ProcessPath!, own, environment);
            double[] rates = Alternation.Medians(rounds, () => ours.Slice(seconds), () => theirs.Slice(seconds));
            log.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{family}: {rates[0]:0} against {rates[1]:0}, {rates[0] / rates[1]:0.00}; loss {expected:0.000000} and {loss:0.000000}"
                )
            );
            return BenchmarkResult.Rate($"{family} tiny, forward and backward", rates[0], "positions/CPU-s", "PyTorch eager", rates[1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IModelWork Work(string family, string kernels)
    {
        IKernels chosen = kernels == "plain" ? Kernels.Plain : Kernels.Best;
        return family == XGenMmDescription.Name ? new XGenMmWork(chosen) : new MoonDreamWork(family, chosen);
    }

    private static void Serve(string family, int threads, string kernels)
    {
        set_num_threads(threads);
        using IModelWork work = Work(family, kernels);
        work.Step();
        work.Step();
        Worker.Serve(work.Positions, () => work.Step());
    }
}
