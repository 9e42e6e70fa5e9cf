using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Cli.Pipelines;

/// <summary>What an earlier run of a command left in its output folder.</summary>
internal static class Earlier
{
    /// <summary>The fault of a folder that holds a dataset where <c>--resume false</c> was said; null otherwise.</summary>
    public static Fault? Refusal(string target, bool resume) =>
        !resume && File.Exists(Path.Combine(target, DatasetManifest.FileName))
            ? Fault.Configuration(
                "the folder holds a dataset already",
                target,
                "name another --out, remove it, or leave out --resume false"
            )
            : null;

    /// <summary>The fault of a folder that is to hold a folder for each dataset, and is a dataset itself; null where it is none.</summary>
    public static Fault? IsDataset(string folder) =>
        File.Exists(Path.Combine(folder, DatasetManifest.FileName))
            ? Fault.Configuration(
                "the folder is a dataset itself, and each that is made would have a folder in it",
                folder,
                "name another --out"
            )
            : null;
}
