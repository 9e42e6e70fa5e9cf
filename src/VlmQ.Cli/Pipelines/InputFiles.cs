using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Pipelines;

/// <summary>The files that a command's arguments name: paths, or patterns with <c>*</c> and <c>**</c>.</summary>
internal static class InputFiles
{
    /// <summary>The files in the order of the arguments, a pattern's in alphabetical order; each once.</summary>
    /// <returns>The files, or the fault of a pattern that no file matches.</returns>
    public static Result<ImmutableArray<string>> Expand(IEnumerable<string> arguments)
    {
        List<string> files = [];
        foreach (string argument in arguments)
        {
            string[] matches = PathPattern.IsPattern(argument) ? PathPattern.Matches(argument) : [argument];
            if (matches.Length == 0)
            {
                return Fault.Configuration("no file matches the pattern", argument, "name files that are there");
            }
            files.AddRange(matches);
        }
        return files.DistinctBy(Path.GetFullPath).ToImmutableArray();
    }
}
