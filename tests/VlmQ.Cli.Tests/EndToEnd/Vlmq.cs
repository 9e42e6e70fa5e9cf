using System.Diagnostics;
using System.Globalization;

namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary>Starts the built <c>vlmq</c> as a process, as a user does.</summary>
internal static class Vlmq
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The built command, beside the tests.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "vlmq");

    /// <summary>Runs a command to its end.</summary>
    public static Task<Outcome> RunAsync(params string[] arguments) => EndAsync(Start(Path, arguments));

    /// <summary>Runs a command to its end that reads a text from standard input.</summary>
    public static Task<Outcome> RunWithInputAsync(string input, params string[] arguments)
    {
        Process process = Start(Path, arguments);
        process.StandardInput.Write(input);
        return EndAsync(process);
    }

    /// <summary>Runs another program to its end.</summary>
    public static Task<Outcome> RunProgramAsync(string program, params string[] arguments) => EndAsync(Start(program, arguments));

    /// <summary>Runs a command, interrupts it as Ctrl+C does once a condition holds, and waits for its end.</summary>
    public static async Task<Outcome> InterruptAsync(Func<bool> when, params string[] arguments)
    {
        // A shell without job control starts background jobs with SIGINT ignored, and that is inherited.
        using Process process = Start("/usr/bin/env", ["--default-signal=INT", Path, .. arguments]);
        Task<Outcome> ending = EndAsync(process, dispose: false);
        while (!ending.IsCompleted && !when())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Assert.False(ending.IsCompleted, "the command ended before it could be interrupted");
        using Process kill = Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await ending;
    }

    /// <summary>Runs a command and kills it (SIGKILL) once a condition holds; whether it was still running.</summary>
    public static async Task<bool> KillAsync(Func<bool> when, params string[] arguments)
    {
        using Process process = Start(Path, arguments);
        Task<Outcome> ending = EndAsync(process, dispose: false);
        while (!ending.IsCompleted && !when())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        bool running = !ending.IsCompleted;
        process.Kill();
        await ending;
        return running;
    }

    private static Process Start(string program, string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            }
        )!;

    private static async Task<Outcome> EndAsync(Process process, bool dispose = true)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Outcome(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            if (dispose)
            {
                process.Dispose();
            }
        }
    }
}
