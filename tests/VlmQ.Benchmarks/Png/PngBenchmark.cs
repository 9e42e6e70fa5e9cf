using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Png;

/// <summary>Encoding, decoding and resizing pictures, against the real ImageSharp or Pillow.</summary>
internal sealed class PngBenchmark : IBenchmark
{
    public string Name => "png";

    public string Help =>
        """
            encodes, decodes and resizes 300 × 300 graphics on one thread, in pictures per CPU second, and compares file sizes. The peer is
            Pillow, or the compression library alone where no Python has it; or, where the package can be had, the real ImageSharp: build
            this project with -p:CardPackages=nuget to another folder (-o DIR) and name its program.
              --peer PROGRAM     a VlmQ.Benchmarks built over the real package
              --python PROGRAM   a Python with Pillow (default: python3 or /usr/bin/python3, whichever has it)
              --rounds N         slices of each contender (default 5)
              --seconds S        length of a slice (default 0.5)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        string program = arguments.Text("peer", "");
        string python = arguments.Text("python", "");
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        double seconds = arguments.Number("seconds", 0.5, 0.01, 60);
        bool serve = arguments.Flag("serve");
        arguments.RejectUnknown();
        string folder = Directory.CreateTempSubdirectory("vlmq-bench-png-").FullName;
        try
        {
            using var work = new PngWork(folder, seconds);
            if (serve)
            {
                PeerProcess.Serve(PngWork.Name, work.Measure);
                return [];
            }
            string length = seconds.ToString(CultureInfo.InvariantCulture);
            python = python.Length > 0 ? python : PillowPython.Find();
            if (program.Length == 0 && python.Length == 0)
            {
                using ZLibAlone baseline = new(work, seconds);
                return Compare(work, ZLibAlone.Name, baseline.Measure, rounds, log);
            }
            using PeerProcess peer =
                program.Length > 0
                    ? new PeerProcess(program, Name, "--serve", "--seconds", length)
                    : new PeerProcess(python, Path.Combine(AppContext.BaseDirectory, "Png", "pillow.py"), folder, length);
            return Compare(work, peer.Name, slice => peer.Measure(slice), rounds, log);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<BenchmarkResult> Compare(PngWork work, string peerName, Func<string, double?> peer, int rounds, TextWriter log)
    {
        List<BenchmarkResult> results = [];
        foreach (string slice in PngWork.Rates)
        {
            results.Add(CompareRates("png " + slice, () => work.Measure(slice), peerName, () => peer(slice), rounds, log));
        }
        foreach ((string slice, int side) in new[] { (PngWork.Shrink, 64), (PngWork.Enlarge, 378) })
        {
            results.Add(
                CompareRates("Pillow-exact " + slice, () => work.MeasurePillowExact(side), peerName, () => peer(slice), rounds, log)
            );
        }
        foreach (string slice in PngWork.Sizes)
        {
            double ours = work.Measure(slice);
            results.Add(
                peer(slice) is { } theirs
                    ? new BenchmarkResult("png " + slice, ours, "bytes", peerName, theirs, theirs / ours)
                    : new BenchmarkResult("png " + slice, ours, "bytes")
            );
        }
        return results;
    }

    private static BenchmarkResult CompareRates(
        string name,
        Func<double> ours,
        string peerName,
        Func<double?> peer,
        int rounds,
        TextWriter log
    )
    {
        const string Unit = "pictures/CPU-s";
        log.WriteLine($"{name} …");
        // The first slice of each warms it up.
        ours();
        if (peer() is null)
        {
            return new BenchmarkResult(name, Alternation.Medians(rounds, ours)[0], Unit);
        }
        double[] rates = Alternation.Medians(rounds, ours, () => peer()!.Value);
        return BenchmarkResult.Rate(name, rates[0], Unit, peerName, rates[1]);
    }
}
