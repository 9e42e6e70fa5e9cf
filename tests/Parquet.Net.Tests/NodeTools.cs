using System.Diagnostics;
using VlmQ.Tests.Shared;

namespace Parquet.Tests;

/// <summary>The scripts of tests/node, over what tests/setup-tools.sh installs.</summary>
internal static class NodeTools
{
    /// <summary>
    /// Runs a script and returns what it prints. Where the tools are not installed, the test fails under CI and is left out elsewhere.
    /// </summary>
    public static async Task<string> RunAsync(string script, string input, params string[] arguments)
    {
        NodeInstallation.Require();
        var start = new ProcessStartInfo("node", [Path.Combine(Repository.Root, "tests", "node", script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
