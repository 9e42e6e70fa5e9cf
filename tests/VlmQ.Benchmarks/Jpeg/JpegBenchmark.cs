using System.Globalization;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Jpeg;

/// <summary>Decoding JPEG, against Pillow (libjpeg-turbo).</summary>
internal sealed class JpegBenchmark : IBenchmark
{
    /// <summary>In the order in which <c>pillow.py</c> numbers the files.</summary>
    private static readonly string[] Slices =
    [
        "graphics 300 4:2:0",
        "busy 300 4:2:0",
        "busy 300 4:4:4",
        "busy 300 progressive",
        "busy 1200 4:2:0",
    ];

    public string Name => "jpeg";

    public string Help =>
        """
            decodes JPEG files of quality 85, 300 × 300 and 1200 × 1200, on one thread, in pictures per CPU second. The files are made by
            the peer, Pillow.
              --python PROGRAM   a Python with Pillow (default: python3 or /usr/bin/python3, whichever has it)
              --rounds N         slices of each contender (default 5)
              --seconds S        length of a slice (default 0.5)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        string python = arguments.Text("python", "");
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        double seconds = arguments.Number("seconds", 0.5, 0.01, 60);
        arguments.RejectUnknown();
        python = python.Length > 0 ? python : PillowPython.Find();
        if (python.Length == 0)
        {
            throw new FaultException(Fault.External("no Python with Pillow is found", remedy: "apt-get install python3-pil, or --python"));
        }
        string folder = Directory.CreateTempSubdirectory("vlmq-bench-jpeg-").FullName;
        try
        {
            string script = Path.Combine(AppContext.BaseDirectory, "Jpeg", "pillow.py");
            using PeerProcess peer = new(python, script, folder, seconds.ToString(CultureInfo.InvariantCulture));
            List<BenchmarkResult> results = [];
            for (int i = 0; i < Slices.Length; i++)
            {
                log.WriteLine($"jpeg {Slices[i]} …");
                byte[] file = File.ReadAllBytes(Path.Combine(folder, $"{i}.jpg"));
                results.Add(Compare(Slices[i], file, peer, rounds, seconds));
            }
            return results;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static BenchmarkResult Compare(string slice, byte[] file, PeerProcess peer, int rounds, double seconds)
    {
        // The first slice of each warms it up.
        Decode(file, seconds);
        peer.Measure(slice);
        double[] rates = Alternation.Medians(rounds, () => Decode(file, seconds), () => peer.Measure(slice));
        return BenchmarkResult.Rate("jpeg decode " + slice, rates[0], "pictures/CPU-s", peer.Name, rates[1]);
    }

    private static double Decode(byte[] file, double seconds) =>
        Alternation.PerCpuSecond(1, seconds, () => Image.Load<Rgb24>(file).Dispose());
}
