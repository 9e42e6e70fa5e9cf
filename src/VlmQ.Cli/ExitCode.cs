using VlmQ.Core.Episodes;

namespace VlmQ.Cli;

/// <summary>The exit codes of <c>vlmq</c>.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Bug = 1;
    public const int Configuration = 2;
    public const int Data = 3;
    public const int External = 4;
    public const int Interrupted = 130;

    public static int Of(Fault fault) =>
        fault.Kind switch
        {
            FaultKind.Configuration => Configuration,
            FaultKind.Data => Data,
            FaultKind.External => External,
            _ => Bug,
        };
}
