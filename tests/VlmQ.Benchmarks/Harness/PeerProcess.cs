using System.Diagnostics;
using System.Globalization;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Harness;

/// <summary>A peer in a process of its own: it reads the name of a slice a line, does it, and answers with its rate.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    /// <exception cref="FaultException">The program does not start.</exception>
    public PeerProcess(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        try
        {
            _process = Process.Start(start) ?? throw new InvalidOperationException("nothing was started");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new FaultException(
                Fault.External($"the peer '{program}' does not start: {e.Message}", remedy: "bash tests/setup-tools.sh")
            );
        }
        Name = Ask("name");
    }

    /// <summary>The other side: answers the slices that a parent process asks for, until it closes standard input.</summary>
    /// <param name="name">What this process calls itself.</param>
    /// <param name="measure">Does a slice and returns its rate.</param>
    public static void Serve(string name, Func<string, double> measure)
    {
        while (Console.In.ReadLine() is { } line)
        {
            Console.Out.WriteLine(line == "name" ? name : measure(line).ToString(CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }
    }

    /// <summary>What the peer calls itself.</summary>
    public string Name { get; }

    /// <summary>Has a slice done and returns its rate.</summary>
    public double Measure(string slice) => double.Parse(Ask(slice), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine()
            ?? throw new FaultException(
                Fault.External($"the peer ended instead of answering '{line}'", remedy: "bash tests/setup-tools.sh")
            );
    }
}
