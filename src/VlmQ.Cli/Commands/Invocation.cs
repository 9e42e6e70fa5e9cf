using System.CommandLine;
using System.Runtime.InteropServices;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>Runs a command's work and turns how it ended into one clear line and an exit code.</summary>
internal static class Invocation
{
    /// <summary>The option that every command has.</summary>
    public static Option<bool> Json { get; } =
        new("--json") { Description = "Print exactly one JSON document on standard output.", Recursive = true };

    /// <summary>Gives a command its work.</summary>
    /// <param name="command">The command.</param>
    /// <param name="work">What it does.</param>
    /// <param name="keeps">Whether the same command goes on where it was interrupted; null: never, it keeps nothing.</param>
    public static void Runs(
        this Command command,
        Func<ParseResult, Shell, CancellationToken, Task<Result<int>>> work,
        Predicate<ParseResult>? keeps = null
    ) => command.SetAction((parsed, _) => RunAsync(parsed, work, keeps?.Invoke(parsed) ?? false));

    /// <summary>Of commands that go on whatever they are given.</summary>
    public static bool Always(ParseResult parsed) => true;

    /// <summary>What an option is given; where it is left out, another value, or its own default where that is null.</summary>
    public static T ValueOr<T>(this ParseResult parsed, Option<T> option, T? fallback)
        where T : class => fallback is null || parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : fallback;

    /// <summary>The same for a number.</summary>
    public static T ValueOr<T>(this ParseResult parsed, Option<T> option, T? fallback)
        where T : struct => fallback is null || parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : fallback.Value;

    /// <summary>The fault of an option below its least value; null where it is left out or not below.</summary>
    public static Fault? AtLeast<T>(this ParseResult parsed, Option<T> option, int least) =>
        parsed.GetValue(option) is int given && given < least
            ? Fault.Configuration($"{option.Name} must be at least {least}; it is {given}")
            : null;

    /// <summary>The fault of an option above its greatest value; null where it is left out or not above.</summary>
    public static Fault? AtMost<T>(this ParseResult parsed, Option<T> option, int greatest) =>
        parsed.GetValue(option) is int given && given > greatest
            ? Fault.Configuration($"{option.Name} must be at most {greatest}; it is {given}")
            : null;

    /// <summary>The fault of an option's value outside its range; null where it is inside.</summary>
    public static Fault? Within(Option option, double value, double least, double most) =>
        value >= least && value <= most
            ? null
            : Fault.Configuration(NumberText.Of($"{option.Name} must be in {least} … {most}; it is {value}"));

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Func<ParseResult, Shell, CancellationToken, Task<Result<int>>> work,
        bool keeps
    )
    {
        Shell shell = Shell.OfProcess(parsed.GetValue(Json));
        if (CacheOptions.Apply(parsed) is { } wrong)
        {
            return Report(shell, wrong);
        }
        using CancellationTokenSource interrupt = new();
        using PosixSignalRegistration first = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration second = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await work(parsed, shell, interrupt.Token).ConfigureAwait(false) switch
            {
                Result<int>.Ok ok => ok.Value,
                Result<int>.Failed failed => Report(shell, failed.Fault, Usage.HintOf(parsed)),
                _ => ExitCode.Bug,
            };
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            shell.Say("interrupted" + (keeps ? "; what was finished is kept, and the same command goes on from there" : ""));
            return ExitCode.Interrupted;
        }
        catch (Exception exception)
        {
            if (FaultOf(exception) is { } fault)
            {
                return Report(shell, fault, Usage.HintOf(parsed));
            }
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

    private static int Report(Shell shell, Fault fault, string? hint = null)
    {
        if (hint is not null)
        {
            shell.Say(hint);
        }
        shell.Say("vlmq: " + fault);
        return ExitCode.Of(fault);
    }

    /// <summary>What an exception says about the world outside; null where it is a bug.</summary>
    private static Fault? FaultOf(Exception exception) =>
        exception switch
        {
            FaultException carrier => carrier.Fault,
            IOException or UnauthorizedAccessException => Fault.External(
                exception.Reason(),
                "",
                "free space or mend the permissions, then run the same command again"
            ),
            OutOfMemoryException => Fault.External(
                "there is not enough memory",
                "",
                "make batches, pictures or models smaller, or use fewer --workers, then run the same command again"
            ),
            DllNotFoundException or BadImageFormatException or EntryPointNotFoundException => Fault.External(
                "a native library cannot be loaded: " + exception.Reason().Split('\n')[0],
                "",
                "run `bash pipelines/setup.sh`, which says what is missing, then build again"
            ),
            { InnerException: { } inner } => FaultOf(inner),
            _ => null,
        };
}
