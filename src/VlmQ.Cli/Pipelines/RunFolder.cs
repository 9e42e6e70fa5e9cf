using System.Text.Json;
using VlmQ.Cli.Terminal;

namespace VlmQ.Cli.Pipelines;

/// <summary>The files of one run, <c>runs/&lt;name&gt;</c>. Every file appears whole or not at all.</summary>
internal sealed class RunFolder(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>What was run, from what, with what: see design §8.</summary>
    public string Run => Path.Combine(Root, "run.json");

    /// <summary>The table.</summary>
    public string Summary => Path.Combine(Root, "summary.json");

    /// <summary>One line a logged training step.</summary>
    public string Metrics => Path.Combine(Root, "metrics.jsonl");

    /// <summary>The page for people.</summary>
    public string Report => Path.Combine(Root, "report.html");

    /// <summary>The episodes of a data set and seed.</summary>
    public string Episodes(string data, long seed) => Path.Combine(Root, "episodes", $"{data}-seed{seed}");

    /// <summary>The transitions of a data set and seed.</summary>
    public string Transitions(string data, long seed) => Path.Combine(Root, "transitions", $"{data}-seed{seed}");

    /// <summary>The checkpoints, metrics and results of one trained model.</summary>
    public string Model(string data, long seed, string method) => Path.Combine(Root, "models", $"{data}-seed{seed}-{method}");

    /// <summary>Where a file is written before it gets its name.</summary>
    public static string Aside(string path) => path + ".tmp";

    /// <summary>Writes a JSON document aside, then renames it into place.</summary>
    public static void WriteJson<T>(string path, T value) => WriteText(path, JsonSerializer.Serialize(value, Shell.JsonOptions) + "\n");

    /// <summary>Writes lines aside, then renames them into place.</summary>
    public static void WriteLines(string path, IReadOnlyList<string> lines) =>
        WriteText(path, string.Concat(lines.Select(line => line + "\n")));

    /// <summary>Writes a text aside, then renames it into place.</summary>
    public static void WriteText(string path, string text) => Write(path, output => output.Write(text));

    /// <summary>Writes a text aside, piece by piece, then renames it into place.</summary>
    public static void Write(string path, Action<TextWriter> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string aside = Aside(path);
        using (FileStream file = new(aside, FileMode.Create, FileAccess.Write))
        {
            using (StreamWriter output = new(file, leaveOpen: true))
            {
                write(output);
            }
            file.Flush(flushToDisk: true);
        }
        File.Move(aside, path, overwrite: true);
    }

    /// <summary>A document that an earlier run wrote; null where there is none or it does not read.</summary>
    public static T? ReadJson<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllText(path), Shell.JsonOptions) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
