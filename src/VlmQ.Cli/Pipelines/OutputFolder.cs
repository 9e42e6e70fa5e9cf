using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Pipelines;

/// <summary>A folder that <c>--out</c> names.</summary>
internal static class OutputFolder
{
    /// <summary>The fault of a file in its place; null where there is none.</summary>
    public static Fault? Refusal(string folder) =>
        File.Exists(folder) ? Fault.Configuration("is a file, not a folder", folder, "choose another --out") : null;
}
