using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Learning;

namespace VlmQ.Cli.Models;

/// <summary>Where a model's files may lie.</summary>
internal static class ModelPlaces
{
    private const string Usual = "models";

    /// <summary>The first folder that a name stands for; null where there is none.</summary>
    public static string? Of(string name) => name.Length == 0 ? null : Candidates(name).FirstOrDefault(Directory.Exists);

    /// <summary>The folder with the model in a folder that training wrote, which has its checkpoint in one of its own; otherwise itself.</summary>
    public static string CheckpointIn(string folder)
    {
        string inside = Path.Combine(folder, TrainStage.CheckpointName);
        return Checkpoint.Exists(inside) || Directory.Exists(inside) ? inside : folder;
    }

    private static IEnumerable<string> Candidates(string name)
    {
        yield return name;
        if (Path.IsPathRooted(name) || name.Split('/').Contains(".."))
        {
            yield break;
        }
        yield return Path.Combine(Environment.GetEnvironmentVariable("VLMQ_MODELS") is { Length: > 0 } set ? set : Usual, name);
        string[] parts = name.Split('@', 2);
        if (parts[0].Split('/') is [var owner, var model])
        {
            // The layout of huggingface_hub's cache: refs/<revision> holds the commit, snapshots/<commit> the files.
            string repository = Path.Combine(HubCache(), $"models--{owner}--{model}");
            string revision = parts is [_, var given] ? given : "main";
            string reference = Path.Combine(repository, "refs", revision);
            yield return Path.Combine(repository, "snapshots", File.Exists(reference) ? File.ReadAllText(reference).Trim() : revision);
        }
    }

    private static string HubCache()
    {
        if (Environment.GetEnvironmentVariable("HF_HUB_CACHE") is { Length: > 0 } cache)
        {
            return cache;
        }
        return Environment.GetEnvironmentVariable("HF_HOME") is { Length: > 0 } home
            ? Path.Combine(home, "hub")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface", "hub");
    }
}
