using System.CommandLine;
using System.Runtime.InteropServices;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>Runs a command's work and turns how it ended into one clear line and an exit code.</summary>
internal static class Invocation
{
    /// <summary>The option that every command has.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print exactly one JSON document on standard output.", Recursive = true };

    /// <summary>Gives a command its work.</summary>
    public static void Runs(this Command command, Func<ParseResult, Shell, CancellationToken, Task<Result<int>>> work) =>
        command.SetAction((parsed, _) => RunAsync(parsed, work));

    /// <summary>The fault of an option below its least value; null where it is left out or in range.</summary>
    public static Fault? AtLeast(string option, int? value, int least) =>
        value is { } given && given < least ? Fault.Configuration($"{option} must be at least {least}; it is {given}") : null;

    private static async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, Shell, CancellationToken, Task<Result<int>>> work)
    {
        Shell shell = Shell.OfProcess(parsed.GetValue(Json));
        using CancellationTokenSource interrupt = new();
        using PosixSignalRegistration first = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration second = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await work(parsed, shell, interrupt.Token).ConfigureAwait(false) switch
            {
                Result<int>.Ok ok => ok.Value,
                Result<int>.Failed failed => Report(shell, failed.Fault),
                _ => ExitCode.Bug,
            };
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            shell.Say("interrupted; what was finished is kept, and the same command goes on from there");
            return ExitCode.Interrupted;
        }
        catch (FaultException exception)
        {
            return Report(shell, exception.Fault);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Report(shell, Fault.External(exception.Message, "", "free space or mend the permissions, then run the same command again"));
        }
        catch (Exception exception)
        {
            shell.Say($"vlmq: a bug: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
            shell.Say(exception.StackTrace ?? "");
            return ExitCode.Bug;
        }

        void Stop(PosixSignalContext context)
        {
            // The second signal ends the process at once.
            context.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        }
    }

    private static int Report(Shell shell, Fault fault)
    {
        shell.Say("vlmq: " + fault);
        return ExitCode.Of(fault);
    }
}
