using System.Collections.Immutable;
using Microsoft.Extensions.FileSystemGlobbing;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage.S3;

namespace VlmQ.Cli.Pipelines;

/// <summary>The dataset folders that a command's arguments name: paths, or patterns with <c>*</c> and <c>**</c>.</summary>
internal static class InputFolders
{
    /// <summary>Whether an argument is a pattern.</summary>
    public static bool IsPattern(string argument) => argument.Contains('*', StringComparison.Ordinal);

    /// <summary>The folders in the order of the arguments, a pattern's in alphabetical order; each once.</summary>
    /// <returns>The folders, or the fault of a pattern that no dataset matches.</returns>
    public static Result<ImmutableArray<string>> Expand(IEnumerable<string> arguments)
    {
        List<string> folders = [];
        foreach (string argument in arguments)
        {
            if (S3Location.IsMeant(argument) && IsPattern(argument))
            {
                return Fault.Configuration("patterns are of folders on a disk", argument, "name each dataset on s3:// by itself");
            }
            string[] matches = IsPattern(argument) ? Matches(argument) : [argument];
            if (matches.Length == 0)
            {
                return Fault.Configuration("no dataset matches the pattern", argument, "name folders that hold a manifest.json");
            }
            folders.AddRange(matches);
        }
        return folders.DistinctBy(Full).ToImmutableArray();
    }

    /// <summary>A name for each folder: its path below the deepest folder that holds them all.</summary>
    public static ImmutableArray<string> Names(ImmutableArray<string> folders)
    {
        string[][] parts = [.. folders.Select(folder => Full(folder).Split(Path.DirectorySeparatorChar))];
        int shared = 0;
        while (parts.All(path => shared < path.Length - 1 && path[shared] == parts[0][shared]))
        {
            shared++;
        }
        return [.. parts.Select(path => Path.Combine(path[shared..]))];
    }

    private static string Full(string folder) =>
        Path.TrimEndingDirectorySeparator(S3Location.IsMeant(folder) ? folder : Path.GetFullPath(folder));

    // Patterns match files: a dataset's is its manifest.
    private static string[] Matches(string pattern)
    {
        string[] parts = pattern.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        int plain = Array.FindIndex(parts, IsPattern);
        string start = string.Join(Path.DirectorySeparatorChar, parts[..plain]);
        start = start.Length == 0 && Path.IsPathRooted(pattern) ? Path.GetPathRoot(pattern)! : start;
        string root = start.Length > 0 ? start : ".";
        if (!Directory.Exists(root))
        {
            return [];
        }
        Matcher matcher = new(StringComparison.Ordinal);
        matcher.AddInclude(string.Join('/', parts[plain..]) + "/" + DatasetManifest.FileName);
        return
        [
            .. matcher
                .GetResultsInFullPath(root)
                .Select(file => Path.Combine(start, Path.GetRelativePath(root, Path.GetDirectoryName(file)!)))
                .Order(StringComparer.Ordinal),
        ];
    }
}
