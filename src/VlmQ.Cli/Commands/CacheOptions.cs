using System.CommandLine;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage.Cache;

namespace VlmQ.Cli.Commands;

/// <summary>The options that say whether parts of datasets on <c>s3://</c> are kept on this machine. Without a folder nothing is written.</summary>
internal static class CacheOptions
{
    /// <summary>The folder.</summary>
    public static Option<string?> Folder { get; } =
        new("--cache")
        {
            Description =
                $"A folder to keep parts of datasets on s3:// in; without it nothing is kept. Also {CacheSettings.FolderVariable}.",
            HelpName = "DIR",
            Recursive = true,
        };

    /// <summary>Its limit.</summary>
    public static Option<string?> Size { get; } =
        new("--cache-size")
        {
            Description = $"Most bytes in that folder, such as 50GiB; 20GiB without it. Also {CacheSettings.SizeVariable}.",
            HelpName = "SIZE",
            Recursive = true,
        };

    /// <summary>Makes the options the process's settings: they stand above the environment.</summary>
    /// <returns>The fault of a size that is none.</returns>
    public static Fault? Apply(ParseResult parsed)
    {
        if (parsed.GetValue(Size) is { } size)
        {
            if (CacheSettings.ParseSize(size) is Result<long>.Failed failed)
            {
                return failed.Fault;
            }
            Environment.SetEnvironmentVariable(CacheSettings.SizeVariable, size);
        }
        if (parsed.GetValue(Folder) is { } folder)
        {
            Environment.SetEnvironmentVariable(CacheSettings.FolderVariable, folder);
        }
        return null;
    }
}
