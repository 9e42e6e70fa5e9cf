using System.Diagnostics;

namespace VlmQ.Benchmarks.Harness;

/// <summary>Finds a Python that has Pillow.</summary>
internal static class PillowPython
{
    /// <summary>The first of python3 and /usr/bin/python3 that has Pillow; empty where none has.</summary>
    public static string Find() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasPillow) ?? "";

    private static bool HasPillow(string python)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(python, ["-c", "import PIL"]) { RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }
}
