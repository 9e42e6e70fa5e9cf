using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Benchmarks.Datasets;

/// <summary>What the size of a dataset costs: to open it, to resume in it, to convert and to stream it.</summary>
internal sealed class DatasetsBenchmark : IBenchmark
{
    private const int Parts = 1000;
    private const double OpenTarget = 200;
    private const string Target = "target, at most";

    public string Name => "datasets";

    public string Help =>
        """
            opens a dataset of 1,000 parts, as the first thing in a process and again in a warm one; resumes in the middle of the order of 100
            million simulated turns and counts the memory that this allocates, for 100, 1,000 and 10,000 parts; and measures the peak resident
            memory of processes that write, convert and stream N/100, N/10 and N turns: once, and as often as it takes to handle N turns in all,
            since a short process ends before the runtime has compiled and collected as much as a long one. Datasets are made in a
            temporary folder.
              --turns N        the most turns (default 1000000)
              --cases LIST     of open, resume, memory (default: all)
              --rounds N       openings and resumptions of each kind (default 9)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        int turns = arguments.Count("turns", 1_000_000, 1, 100_000_000);
        string[] cases = arguments.Words("cases", "open,resume,memory", ["open", "resume", "memory"]);
        int rounds = arguments.Count("rounds", 9, 1, 1000);
        string child = arguments.Text("child", "");
        string folder = arguments.Text("folder", "");
        int times = arguments.Count("times", 1, 1, 1_000_000);
        arguments.RejectUnknown();
        if (child.Length > 0)
        {
            return Child(child, folder, turns, times);
        }
        string work = Directory.CreateTempSubdirectory("vlmq-bench-datasets-").FullName;
        try
        {
            return
            [
                .. cases.Contains("open") ? Open(work, rounds, log) : [],
                .. cases.Contains("resume") ? Resumption.Measure(rounds, log) : [],
                .. cases.Contains("memory") ? Memory(work, turns, log) : [],
            ];
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private List<BenchmarkResult> Open(string work, int rounds, TextWriter log)
    {
        log.WriteLine($"a dataset of {Parts} parts …");
        string episodes = Path.Combine(work, "episodes");
        string folder = Path.Combine(work, "parts");
        SmallTurns.WriteAsync(episodes, long.MaxValue, Parts).GetAwaiter().GetResult();
        SmallTurns.Convert(episodes, folder, new DatasetWriterOptions { PartRows = 1 });
        int parts = TransitionDataset.OpenReader(folder).OrThrow().Manifest.Parts.Length;
        log.WriteLine($"{parts} parts; opening …");
        double[][] first = [.. Enumerable.Range(0, rounds).Select(_ => OwnProcess.Measure(Name, "--child", "open", "--folder", folder))];
        double[] warm = Alternation.Medians(rounds, () => ReaderMilliseconds(folder), () => StreamMilliseconds(folder));
        Directory.Delete(folder, recursive: true);
        Directory.Delete(episodes, recursive: true);
        return
        [
            InTime($"open {parts} parts, first in a process", Alternation.Median([.. first.Select(each => each[0])])),
            InTime($"open {parts} parts as a stream, next in it", Alternation.Median([.. first.Select(each => each[1])])),
            InTime($"open {parts} parts, warm", warm[0]),
            InTime($"open {parts} parts as a stream, warm", warm[1]),
        ];
    }

    private List<BenchmarkResult> Memory(string work, int most, TextWriter log)
    {
        List<(string Verb, int Turns, int Times, double Peak)> peaks = [];
        foreach (int turns in (int[])[most / 100, most / 10, most])
        {
            string folder = Path.Combine(work, "memory");
            Take("write", turns, 1);
            Take("convert", turns, 1);
            Take("stream", turns, 1);
            if (turns < most)
            {
                Take("convert", turns, most / turns);
                Take("stream", turns, most / turns);
            }
            Directory.Delete(folder, recursive: true);
            Directory.Delete(Converted(folder), recursive: true);

            void Take(string verb, int turns, int times)
            {
                log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verb} {turns:N0} turns, {times} times …"));
                peaks.Add((verb, turns, times, Peak(verb, folder, turns, times)));
            }
        }
        return
        [
            .. peaks
                .OrderBy(each => each.Verb, StringComparer.Ordinal)
                .ThenBy(each => each.Times == 1 ? 0 : 1)
                .Select(each =>
                    BenchmarkResult.Cost(
                        string.Create(CultureInfo.InvariantCulture, $"{each.Verb} {each.Turns:N0} turns × {each.Times}, peak memory"),
                        each.Peak,
                        "MiB",
                        string.Create(CultureInfo.InvariantCulture, $"{most:N0} turns × 1"),
                        peaks.First(all => all.Verb == each.Verb && all.Turns == most).Peak
                    )
                ),
        ];
    }

    private double Peak(string verb, string folder, int turns, int times)
    {
        string count = turns.ToString(CultureInfo.InvariantCulture);
        string again = times.ToString(CultureInfo.InvariantCulture);
        return OwnProcess.Measure(Name, "--child", verb, "--folder", folder, "--turns", count, "--times", again)[0];
    }

    private static IReadOnlyList<BenchmarkResult> Child(string work, string folder, int turns, int times)
    {
        if (work == "open")
        {
            return [InTime("open", ReaderMilliseconds(folder)), InTime("open as a stream", StreamMilliseconds(folder))];
        }
        Action<int> some = work switch
        {
            "write" => Repeatedly(() =>
            {
                Empty(folder);
                SmallTurns.WriteAsync(folder, turns).GetAwaiter().GetResult();
            }),
            "convert" => Repeatedly(() =>
            {
                Empty(Converted(folder));
                SmallTurns.Convert(folder, Converted(folder), new DatasetWriterOptions());
            }),
            "stream" => passes => SmallTurns.StreamAsync(Converted(folder), passes).GetAwaiter().GetResult(),
            _ => throw new FaultException(Fault.Configuration($"there is no '{work}'", "--child", "use open, write, convert or stream")),
        };
        some(times);
        return [new BenchmarkResult(work, OwnProcess.PeakMebibytes(), "MiB")];
    }

    private static Action<int> Repeatedly(Action once) =>
        times =>
        {
            for (int time = 0; time < times; time++)
            {
                once();
            }
        };

    private static void Empty(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Converted(string folder) => folder + "-converted";

    private static BenchmarkResult InTime(string name, double milliseconds) =>
        BenchmarkResult.Cost(name, milliseconds, "ms", Target, OpenTarget);

    private static double ReaderMilliseconds(string folder) =>
        Alternation.Milliseconds(() => TransitionDataset.OpenReader(folder).OrThrow());

    private static double StreamMilliseconds(string folder) =>
        Alternation.Milliseconds(() => SmallTurns.OpenAsync(folder).GetAwaiter().GetResult());
}
