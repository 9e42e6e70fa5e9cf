using VlmQ.Benchmarks.Convert;
using VlmQ.Benchmarks.Datasets;
using VlmQ.Benchmarks.Env;
using VlmQ.Benchmarks.FullSize;
using VlmQ.Benchmarks.Harness;
using VlmQ.Benchmarks.Jpeg;
using VlmQ.Benchmarks.Memory;
using VlmQ.Benchmarks.Model;
using VlmQ.Benchmarks.Parquet;
using VlmQ.Benchmarks.Png;
using VlmQ.Benchmarks.Streaming;
using VlmQ.Benchmarks.Tokenizers;
using VlmQ.Benchmarks.Train;
using VlmQ.Core.Episodes;

// One line for each benchmark that `vlmq bench` knows.
IBenchmark[] benchmarks =
[
    new ConvertBenchmark(),
    new DatasetsBenchmark(),
    new EnvBenchmark(),
    new FullSizeBenchmark(),
    new JpegBenchmark(),
    new ModelBenchmark(),
    new MemoryBenchmark(),
    new ParquetBenchmark(),
    new PngBenchmark(),
    new StreamBenchmark(),
    new TokenizersBenchmark(),
    new TrainBenchmark(),
];

const string Usage = "usage: VlmQ.Benchmarks NAME [options] [--json] [--help]";
if (args.Length == 0 || args[0] is "--help" or "-h")
{
    Console.Error.WriteLine(Usage);
    foreach (IBenchmark each in benchmarks)
    {
        Console.Error.WriteLine($"\n{each.Name}: {each.Help}");
    }
    return args.Length == 0 ? 2 : 0;
}

IBenchmark? benchmark = benchmarks.FirstOrDefault(candidate => candidate.Name == args[0]);
if (benchmark is null)
{
    string names = benchmarks.Length == 0 ? "none" : string.Join(", ", benchmarks.Select(candidate => candidate.Name));
    Console.Error.WriteLine($"there is no benchmark '{args[0]}'; there are: {names}");
    return 2;
}

try
{
    BenchmarkArguments arguments = new(args[1..]);
    if (arguments.Flag("help"))
    {
        Console.Error.WriteLine($"{benchmark.Name}: {benchmark.Help}");
        return 0;
    }
    bool json = arguments.Flag("json");
    IReadOnlyList<BenchmarkResult> results = benchmark.Run(arguments, Console.Error);
    if (json || results.Count > 0)
    {
        Console.Out.WriteLine(json ? Report.Json(results) : Report.Table(results));
    }
    return 0;
}
catch (FaultException fault)
{
    Console.Error.WriteLine(fault.Fault);
    return fault.Fault.Kind switch
    {
        FaultKind.Configuration => 2,
        FaultKind.Data => 3,
        _ => 4,
    };
}
