using System.Globalization;
using Parquet;
using VlmQ.Benchmarks.Harness;

namespace VlmQ.Benchmarks.Parquet;

/// <summary>Writing and reading Parquet files, against the real Parquet.Net or DuckDB.</summary>
internal sealed class ParquetBenchmark : IBenchmark
{
    public string Name => "parquet";

    public string Help =>
        """
            writes and reads a table of 140 MB (20,000 rows: id, ~200 integers, ~40 floats, ~6 KB of bytes), uncompressed, snappy and
            zstd level 3, to and from files, in MB of values per CPU second, and compares the files' sizes. The peer is DuckDB on one
            thread (bash tests/setup-tools.sh installs it), which reads into a table in memory as we read into buffers; or, where the
            package can be had, the real Parquet.Net: build this project with -p:CardPackages=nuget to another folder (-o DIR) and name
            its program.
              --peer PROGRAM   a VlmQ.Benchmarks built over the real package (default: DuckDB)
              --rounds N       slices of each contender (default 5)
              --seconds S      length of a slice (default 0.5)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        string program = arguments.Text("peer", "");
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        double seconds = arguments.Number("seconds", 0.5, 0.01, 60);
        bool serve = arguments.Flag("serve");
        arguments.RejectUnknown();
        string folder = Directory.CreateTempSubdirectory("vlmq-bench-parquet-").FullName;
        try
        {
            var work = new ParquetWork(folder, seconds);
            if (serve)
            {
                Serve(work);
                return [];
            }
            using PeerProcess peer = program.Length > 0 ? ServedBy(program, seconds) : DuckDb(work, folder, seconds);
            return [.. ParquetWork.Slices.SelectMany(slice => Compare(slice, work, peer, program.Length == 0, rounds, log))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<BenchmarkResult> Compare(
        string slice,
        ParquetWork work,
        PeerProcess peer,
        bool withSizes,
        int rounds,
        TextWriter log
    )
    {
        log.WriteLine($"{slice} …");
        // The first slice of each warms it up.
        work.Measure(slice);
        peer.Measure(slice);
        double[] rates = Alternation.Medians(rounds, () => work.Measure(slice), () => peer.Measure(slice));
        yield return BenchmarkResult.Rate("parquet " + slice, rates[0], "MB/CPU-s", peer.Name, rates[1]);
        if (withSizes && slice.StartsWith("write ", StringComparison.Ordinal))
        {
            string codec = slice["write ".Length..];
            double ours = work.FileBytes(codec) / 1e6;
            yield return BenchmarkResult.Cost($"parquet file {codec}", ours, "MB", peer.Name, work.PeerFileBytes / 1e6);
        }
    }

    private static PeerProcess ServedBy(string program, double seconds) =>
        new(program, "parquet", "--serve", "--seconds", seconds.ToString(CultureInfo.InvariantCulture));

    private static PeerProcess DuckDb(ParquetWork work, string folder, double seconds)
    {
        string script = Checkout.PathOf("tests", "node", "parquet-bench.mjs");
        return new PeerProcess(
            "node",
            script,
            folder,
            work.Bytes.ToString(CultureInfo.InvariantCulture),
            seconds.ToString(CultureInfo.InvariantCulture)
        );
    }

    private static void Serve(ParquetWork work)
    {
        while (Console.In.ReadLine() is { } line)
        {
            Console.Out.WriteLine(
                line == "name"
                    ? $"{typeof(ParquetWriter).Assembly.GetName().Name} {typeof(ParquetWriter).Assembly.GetName().Version}"
                    : work.Measure(line).ToString(CultureInfo.InvariantCulture)
            );
            Console.Out.Flush();
        }
    }
}
