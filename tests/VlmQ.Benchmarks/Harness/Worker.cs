using System.Diagnostics;
using System.Globalization;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Harness;

/// <summary>
/// A contender in a process of its own, so that both sides start from the same environment: it gets the seconds of a slice as a line
/// on standard input and answers with one line, the items per CPU second of that slice. It says <c>ready</c> when warm.
/// </summary>
internal sealed class Worker : IDisposable
{
    private readonly Process _process;
    private readonly string _name;

    /// <exception cref="FaultException">The process does not start or does not become ready.</exception>
    public Worker(string name, string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        _name = name;
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach ((string key, string value) in environment)
        {
            start.Environment[key] = value;
        }
        _process = Process.Start(start) ?? throw new FaultException(Fault.External("does not start", program));
        try
        {
            string answer = Answer();
            if (answer != "ready")
            {
                throw new FaultException(Fault.External($"the {name} side says '{answer}' instead of 'ready'", program));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Answers slices from inside such a process until its input ends.</summary>
    /// <param name="items">Items in one call of <paramref name="work"/>.</param>
    /// <param name="work">Does the work once; was called a few times before, so that it is warm.</param>
    /// <param name="ofWallTime">Items per second of wall time instead, where a device does the work.</param>
    public static void Serve(double items, Action work, bool ofWallTime = false)
    {
        Console.Out.WriteLine("ready");
        while (Console.In.ReadLine() is { } line)
        {
            double seconds = double.Parse(line, CultureInfo.InvariantCulture);
            double rate = ofWallTime ? Alternation.PerSecond(items, seconds, work) : Alternation.PerCpuSecond(items, seconds, work);
            Console.Out.WriteLine(rate.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>One slice: items per CPU second.</summary>
    public double Slice(double seconds)
    {
        _process.StandardInput.WriteLine(seconds.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        string answer = Answer();
        return double.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
            ? rate
            : throw new FaultException(Fault.External($"the {_name} side answered '{answer}' to a slice"));
    }

    /// <summary>Ends the process; it stops by itself when its input closes, and is stopped where it does not.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private string Answer() =>
        _process.StandardOutput.ReadLine()
        ?? throw new FaultException(
            Fault.External($"the {_name} side ended early", _process.StartInfo.FileName, "its own message is above")
        );
}
