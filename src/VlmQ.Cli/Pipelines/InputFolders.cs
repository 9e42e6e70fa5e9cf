using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage.S3;

namespace VlmQ.Cli.Pipelines;

/// <summary>The dataset folders that a command's arguments name: paths, or patterns with <c>*</c> and <c>**</c>.</summary>
internal static class InputFolders
{
    /// <summary>The folders in the order of the arguments, a pattern's in alphabetical order; each once.</summary>
    /// <returns>The folders, or the fault of a pattern that no dataset matches.</returns>
    public static Result<ImmutableArray<string>> Expand(IEnumerable<string> arguments)
    {
        List<string> folders = [];
        foreach (string argument in arguments)
        {
            if (S3Location.IsMeant(argument) && PathPattern.IsPattern(argument))
            {
                return Fault.Configuration("patterns are of folders on a disk", argument, "name each dataset on s3:// by itself");
            }
            string[] matches = PathPattern.IsPattern(argument) ? Matches(argument) : [argument];
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
    private static string[] Matches(string pattern) =>
        Array.ConvertAll(
            PathPattern.Matches(Path.Combine(pattern.TrimEnd(Path.DirectorySeparatorChar), DatasetManifest.FileName)),
            file => Path.GetDirectoryName(file)!
        );
}
