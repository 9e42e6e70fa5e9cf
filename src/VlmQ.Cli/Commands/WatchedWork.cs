using System.CommandLine;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>Commands that do one piece of work, show how far it is, and then what came of it.</summary>
internal static class WatchedWork
{
    /// <summary>Gives a command its work.</summary>
    /// <param name="command">The command; the line of progress has its name.</param>
    /// <param name="unit">What is counted, in the plural.</param>
    /// <param name="check">The fault of the command's own options.</param>
    /// <param name="work">The work; reports how many are done.</param>
    /// <param name="show">Shows what came of it, and says how the command ends.</param>
    /// <param name="keeps">Whether the same command goes on where it was interrupted; null: never.</param>
    public static void Watches<T>(
        this Command command,
        string unit,
        Func<ParseResult, Fault?> check,
        Func<ParseResult, IProgress<long>, CancellationToken, Task<Result<T>>> work,
        Func<ParseResult, Shell, T, int> show,
        Predicate<ParseResult>? keeps = null
    ) =>
        command.Runs(
            async (parsed, shell, token) =>
                check(parsed) is { } wrong
                    ? wrong
                    : (await shell.WatchAsync(command.Name, unit, progress => work(parsed, progress, token)).ConfigureAwait(false)).Map(
                        made => show(parsed, shell, made)
                    ),
            keeps
        );
}
