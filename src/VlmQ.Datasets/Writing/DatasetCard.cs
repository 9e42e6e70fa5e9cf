using System.Globalization;
using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Writing;

/// <summary>A dataset's card: what is in it, for people and for Hugging Face <c>datasets</c>.</summary>
public static class DatasetCard
{
    /// <summary>The file's name.</summary>
    public const string FileName = "README.md";

    private const string Beginning = "---\npretty_name: ";
    private const string Tag = "\ntags:\n- vlmq\n";

    /// <summary>The card; equal arguments make equal bytes.</summary>
    internal static byte[] Write(string title, DatasetManifest manifest, IReadOnlyList<Feature> features, string featuresYaml)
    {
        StringBuilder card = new();
        WriteFrontMatter(card, title, manifest, featuresYaml);
        card.Append(CultureInfo.InvariantCulture, $"\n# {OneLine(title)}\n\n");
        card.Append(
            manifest.Kind == DatasetKind.Episodes
                ? "Episodes of an agent that sees pictures and answers in words: what it saw, said and earned, one row a turn.\n"
                : "Token-level transitions for reinforcement learning of a vision-language model, one row a turn.\n"
        );
        card.Append(CultureInfo.InvariantCulture, $"\nFormat `{manifest.Format}/{DatasetManifest.FormatVersion}`. ");
        card.Append(CultureInfo.InvariantCulture, $"{manifest.Episodes} episodes, {manifest.Turns} turns, {manifest.Rows} rows");
        card.Append(manifest.Rejects == 0 ? ".\n" : $"; {manifest.Rejects} episodes could not be used (`rejects.jsonl`).\n");
        card.Append("`manifest.json` lists every part with its rows, length and SHA-256; parts hold whole episodes, rows in turn order.\n");
        card.Append("A truncated episode ends with a row that carries the final observation and no reply.\n\n");
        card.Append("| column | meaning |\n| --- | --- |\n");
        foreach (Feature feature in features)
        {
            card.Append(CultureInfo.InvariantCulture, $"| `{feature.Name}` | {feature.Meaning} |\n");
        }
        card.Append("\n| made from | SHA-256 |\n| --- | --- |\n");
        foreach ((string name, string digest) in manifest.Digests)
        {
            card.Append(CultureInfo.InvariantCulture, $"| {name} | `{digest}` |\n");
        }
        if (!manifest.Properties.IsEmpty)
        {
            card.Append("\n| property | value |\n| --- | --- |\n");
            foreach ((string name, string value) in manifest.Properties)
            {
                card.Append(CultureInfo.InvariantCulture, $"| {name} | {OneLine(value).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }
        return Encoding.UTF8.GetBytes(card.ToString());
    }

    /// <summary>The card that lies in a dataset's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The card's text, or the fault of a folder that holds no dataset or no card.</returns>
    public static Result<string> Read(string folder) =>
        DatasetFiles.Open(folder).Bind(files => ManifestFile.Find(files).Bind(_ => Text(files)));

    /// <summary>The title that a card has; null where it has none.</summary>
    internal static string? TitleOf(string card)
    {
        // The front matter may hold comments, which begin like a heading.
        int end = card.StartsWith("---\n", StringComparison.Ordinal) ? card.IndexOf("\n---\n", StringComparison.Ordinal) : 0;
        string? heading = card[Math.Max(0, end)..].Split('\n').FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal));
        return heading?[2..];
    }

    /// <summary>Whether the <see cref="FileName"/> that lies in a folder is the card of a dataset, not somebody's own file.</summary>
    internal static bool IsIn(IDatasetFiles files) =>
        Text(files) is Result<string>.Ok { Value: var text }
        && text.StartsWith(Beginning, StringComparison.Ordinal)
        && text.Contains(Tag, StringComparison.Ordinal);

    private static Result<string> Text(IDatasetFiles files)
    {
        try
        {
            using StreamReader reader = new(files.OpenRead(FileName));
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return StorageFaults.Read(files.Folder, FileName, exception).Fault;
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private static void WriteFrontMatter(StringBuilder card, string title, DatasetManifest manifest, string featuresYaml)
    {
        string quoted = OneLine(title).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        card.Append(CultureInfo.InvariantCulture, $"{Beginning}\"{quoted}\"\n");
        card.Append("task_categories:\n- reinforcement-learning");
        card.Append(CultureInfo.InvariantCulture, $"{Tag}- {manifest.Format}\n");
        card.Append("configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: part-*.parquet\n");
        card.Append("dataset_info:\n  features:\n").Append(featuresYaml);
        card.Append("  splits:\n  - name: train\n");
        card.Append(CultureInfo.InvariantCulture, $"    num_bytes: {manifest.Bytes}\n    num_examples: {manifest.Rows}\n");
        card.Append(CultureInfo.InvariantCulture, $"  download_size: {manifest.Bytes}\n  dataset_size: {manifest.Bytes}\n");
        card.Append("---\n");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
