using System.Diagnostics;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Train;

/// <summary>
/// The PyTorch implementation of the same step: a folder with its <c>bench.py</c>, and a Python that has torch and numpy.
/// </summary>
internal sealed class PyTorchPeer
{
    // Runs the peer's own step as its bench.py does, slice by slice: see Worker.
    private const string Driver = """
        import sys, time
        folder, size, dtype, threads = sys.argv[1:5]
        sys.dont_write_bytecode = True
        sys.path.insert(0, folder)
        sys.argv = ['bench.py', '--size', size, '--dtype', dtype, '--threads', threads]
        import bench
        learner, batch = bench.build(dtype, size), bench.synth(32)
        for _ in range(3): learner.train_step(None, batch)
        print('ready', flush=True)
        for line in sys.stdin:
            steps, start, cpu = 0, time.perf_counter(), time.process_time()
            while time.perf_counter() - start < float(line):
                learner.train_step(None, batch)
                steps += 1
            print(steps * 32 * 53 / (time.process_time() - cpu), flush=True)
        """;

    private readonly string _folder;
    private readonly string _python;

    private PyTorchPeer(string folder, string python)
    {
        _folder = folder;
        _python = python;
    }

    /// <summary>
    /// Finds the peer's folder (named, in <c>VLMQ_PEER</c>, or <c>../shared/peer</c> beside the repository) and a Python with torch.
    /// </summary>
    /// <exception cref="FaultException">One of them is missing.</exception>
    public static PyTorchPeer Find(string named)
    {
        string folder =
            named.Length > 0 ? named
            : Environment.GetEnvironmentVariable("VLMQ_PEER") is { Length: > 0 } set ? set
            : BesideRepository();
        if (!File.Exists(Path.Combine(folder, "bench.py")))
        {
            throw new FaultException(
                Fault.External("the PyTorch peer is not there (no bench.py)", folder, "name its folder with --peer or VLMQ_PEER")
            );
        }
        return new PyTorchPeer(folder, FindPython());
    }

    /// <summary>A Python with torch and numpy: the one in <c>VLMQ_PYTHON</c>, or the system's.</summary>
    /// <exception cref="FaultException">There is none.</exception>
    public static string FindPython()
    {
        string[] candidates = Environment.GetEnvironmentVariable("VLMQ_PYTHON") is { Length: > 0 } python
            ? [python]
            : ["python3", "/usr/bin/python3"];
        return candidates.FirstOrDefault(HasTorch)
            ?? throw new FaultException(
                Fault.External(
                    "has no torch and numpy",
                    string.Join(", ", candidates),
                    "install python3-torch and python3-numpy, or name a Python that has them in VLMQ_PYTHON"
                )
            );
    }

    /// <summary>Starts the peer at one size and precision.</summary>
    public Worker Start(string size, string dtype, int threads, IReadOnlyDictionary<string, string> environment) =>
        new("PyTorch", _python, ["-c", Driver, _folder, size, dtype, $"{threads}"], environment);

    private static string BesideRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VlmQ.sln")))
            {
                return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "peer"));
            }
        }
        return Path.GetFullPath("../shared/peer");
    }

    private static bool HasTorch(string python)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(python, ["-c", "import torch, numpy"]) { UseShellExecute = false, RedirectStandardError = true }
            )!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
