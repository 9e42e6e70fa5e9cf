using System.Diagnostics;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Harness;

/// <summary>
/// A piece of a benchmark in a process of its own: the peak of a process has everything in it that was measured before, and its first
/// use of anything comes once.
/// </summary>
internal static class OwnProcess
{
    /// <summary>Runs this program with other arguments and gives the values that it prints.</summary>
    /// <exception cref="FaultException">It fails.</exception>
    public static double[] Measure(params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [.. arguments, "--json"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string json = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            string what = $"'{string.Join(' ', arguments)}' ended with {process.ExitCode}";
            throw new FaultException(Fault.External(what, Environment.ProcessPath!));
        }
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("value").GetDouble())];
    }

    /// <summary>The most resident memory that this process has had, in MiB.</summary>
    public static double PeakMebibytes()
    {
        // Linux keeps the high-water mark; this reads it.
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }
}
