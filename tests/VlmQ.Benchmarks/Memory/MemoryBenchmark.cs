using System.Diagnostics;
using System.Text.Json;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Memory;

/// <summary>What <c>vlmq model inspect</c> estimates that training takes, against what it is measured to take in a process of its own.</summary>
internal sealed class MemoryBenchmark : IBenchmark
{
    private const double Mebibyte = 1048576.0;

    private static readonly (string Case, string[] Arguments)[] Ways =
    [
        ("adapters of rank 16", ["--lora-rank", "16"]),
        ("adapters of rank 16, layers computed again", ["--lora-rank", "16", "--recompute"]),
        ("all weights", ["--lora-rank", "0"]),
    ];

    public string Name => "model-memory";

    public string Help =>
        """
            peak memory of AFSFT on a scaled-down MoonDream2 with random weights: the estimate of `vlmq model inspect` and, as the peer, the peak
            resident memory that a process of its own is measured to add; the ratio is the measured peak over the estimate
              --batch     sequences (8)
              --sequence  positions of each, the picture's 730 among them (1024)
              --width     width of the text model, a multiple of 64 (512)
              --layers    its layers (3)
              --type      type of the weights: F32 or F16 (F32)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        int batch = arguments.Count("batch", 8, 1, 1024);
        int sequence = arguments.Count("sequence", 1024, 800, 2048);
        int width = arguments.Count("width", 512, 64, 4096);
        int layers = arguments.Count("layers", 3, 2, 64);
        string type = arguments.Words("type", "F32", ["F32", "F16"])[0];
        arguments.RejectUnknown();
        string folder = Directory.CreateTempSubdirectory("vlmq-model-memory-").FullName;
        try
        {
            ScaledDownModel.Write(folder, width, layers, type);
            List<BenchmarkResult> results = [];
            foreach ((string name, string[] way) in Ways)
            {
                log.WriteLine($"{name} …");
                (double estimated, double measured) = Inspect([
                    folder,
                    "--batch",
                    $"{batch}",
                    "--sequence",
                    $"{sequence}",
                    .. way,
                    "--measure",
                    "--json",
                ]);
                results.Add(new BenchmarkResult(name, estimated, "MiB", "measured peak", measured, measured / estimated));
            }
            return results;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Estimated, double Measured) Inspect(IReadOnlyList<string> arguments)
    {
        string program = Checkout.PathOf("src", "VlmQ.Cli", "bin", "Release", "net10.0", "vlmq");
        ProcessStartInfo start = new(program, ["model", "inspect", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string json = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (json.Length == 0)
        {
            throw new FaultException(Fault.External($"measured nothing: {errors.Result.Trim()}", program));
        }
        // The model has no tokenizer, which is the fault that the command ends with; its report is whole.
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement memory = document.RootElement.GetProperty("memory");
        return (memory.GetProperty("train").GetInt64() / Mebibyte, memory.GetProperty("measured_train").GetInt64() / Mebibyte);
    }
}
