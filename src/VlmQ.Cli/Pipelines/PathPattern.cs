using Microsoft.Extensions.FileSystemGlobbing;

namespace VlmQ.Cli.Pipelines;

/// <summary>Patterns of paths with <c>*</c> and <c>**</c>.</summary>
internal static class PathPattern
{
    /// <summary>Whether an argument is a pattern.</summary>
    public static bool IsPattern(string argument) => argument.Contains('*', StringComparison.Ordinal);

    /// <summary>The files that match, in alphabetical order, each as the pattern begins.</summary>
    public static string[] Matches(string pattern)
    {
        string[] parts = pattern.Split(Path.DirectorySeparatorChar);
        int plain = Array.FindIndex(parts, IsPattern);
        string start = string.Join(Path.DirectorySeparatorChar, parts[..plain]);
        start = start.Length == 0 && Path.IsPathRooted(pattern) ? Path.GetPathRoot(pattern)! : start;
        string root = start.Length > 0 ? start : ".";
        if (!Directory.Exists(root))
        {
            return [];
        }
        Matcher matcher = new(StringComparison.Ordinal);
        matcher.AddInclude(string.Join('/', parts[plain..]));
        return
        [
            .. matcher
                .GetResultsInFullPath(root)
                .Select(file => Path.Combine(start, Path.GetRelativePath(root, file)))
                .Order(StringComparer.Ordinal),
        ];
    }
}
