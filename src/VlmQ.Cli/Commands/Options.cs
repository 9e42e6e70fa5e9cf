using System.CommandLine;
using System.CommandLine.Parsing;
using VlmQ.Cli.Configuration;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands;

/// <summary>Makes options, and those that several commands have.</summary>
internal static class Options
{
    /// <summary>An option with a default.</summary>
    public static Option<T> Of<T>(string name, string description, T fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };

    /// <summary>An option with a default that takes one of some words.</summary>
    public static Option<T> Of<T>(string name, string description, T fallback, IReadOnlyList<T> choices)
        where T : struct, Enum
    {
        Dictionary<string, T> words = choices.ToDictionary(choice => YamlBinder.KeyOf($"{choice}"), StringComparer.OrdinalIgnoreCase);
        return new Option<T>(name)
        {
            Description = description,
            DefaultValueFactory = _ => fallback,
            HelpName = string.Join('|', words.Keys),
            CustomParser = result =>
            {
                string given = result.Tokens is [{ Value: { } value }] ? value : "";
                if (!words.TryGetValue(given, out T chosen))
                {
                    result.AddError($"{name} cannot be '{given}'; it is one of {string.Join(", ", words.Keys)}");
                }
                return chosen;
            },
        };
    }

    /// <summary>An option that may be left out.</summary>
    public static Option<T?> Maybe<T>(string name, string description) => new(name) { Description = description };

    /// <summary>The folder that a command writes to.</summary>
    public static Option<string> Out(string what)
    {
        Option<string> folder = new("--out")
        {
            Description = $"The folder for {what}; one that an interrupted run left is gone on with.",
            HelpName = "DIR",
            Required = true,
        };
        folder.Validators.Add(RefuseRemote);
        return folder;
    }

    /// <summary>The dataset that a command reads.</summary>
    /// <param name="what">What it is of.</param>
    public static string DatasetOf(string what) => $"The folder of a dataset of {what}, or s3://bucket/prefix.";

    public static Option<string> Observations() =>
        Of("--obs", "What the policy sees: image, text (the state in words, a blank picture) or both.", "image");

    public static Option<int> Threads() => Of("--threads", "Threads of tensor arithmetic.", 1);

    public static Option<string> Device() => Of("--device", "Where models are computed: cpu, cuda or cuda:N.", "cpu");

    public static Option<int> Workers(string what) => Of("--workers", $"{what} at once; the bytes do not depend on it.", 2);

    public static Option<bool> Follow() =>
        new("--follow") { Description = "The datasets may grow, and need not be complete: parts that are added join at the next pass." };

    public static Option<int> PartRows() =>
        Of("--part-rows", "Rows that close a part; an interruption loses at most one part.", new DatasetWriterOptions().PartRows);

    /// <summary>Refuses a bucket where a folder is written to.</summary>
    public static void RefuseRemote(OptionResult result)
    {
        if (result.Tokens is [{ Value: { } folder }] && S3Location.IsMeant(folder))
        {
            result.AddError(DatasetFiles.NotWritable(folder).ToString());
        }
    }
}
