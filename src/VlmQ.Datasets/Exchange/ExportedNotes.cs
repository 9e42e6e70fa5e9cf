using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Exchange;

/// <summary>What an export has of a dataset besides its rows: its card, as <c>card.md</c>, and its <c>rejects.jsonl</c>.</summary>
internal static class ExportedNotes
{
    /// <summary>The card's name in an export: as README.md it would tell of parts that are not there.</summary>
    public const string CardName = "card.md";

    /// <summary>Copies them out of a dataset.</summary>
    public static void Write(IDatasetFiles dataset, IDatasetFiles export)
    {
        Copy(dataset, DatasetCard.FileName, export, CardName);
        Copy(dataset, Reject.FileName, export, Reject.FileName);
    }

    /// <summary>The dataset's title.</summary>
    public static string TitleOf(IDatasetFiles export, DatasetKind kind) =>
        (export.Exists(CardName) ? DatasetCard.TitleOf(Text(export, CardName)) : null)
        ?? (kind == DatasetKind.Episodes ? "Episodes" : "Token transitions");

    /// <summary>The episodes that could not be used when the dataset was made.</summary>
    /// <exception cref="FaultException">They are not those that the manifest counts.</exception>
    public static IReadOnlyList<Reject> RejectsOf(IDatasetFiles export, DatasetManifest manifest)
    {
        List<Reject> rejects = [];
        if (manifest.Rejects > 0)
        {
            using StringReader lines = new(Text(export, Reject.FileName));
            while (lines.ReadLine() is { } line)
            {
                rejects.Add(Parsed(line, rejects.Count + 1, export));
            }
        }
        return rejects.Count == manifest.Rejects
            ? rejects
            : throw Wrong(export, $"it holds {rejects.Count} lines, dataset.json says {manifest.Rejects}");
    }

    private static Reject Parsed(string line, int number, IDatasetFiles export)
    {
        try
        {
            return Reject.Parse(line);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw Wrong(export, $"line {number}: {exception.Reason()}");
        }
    }

    private static FaultException Wrong(IDatasetFiles export, string what) =>
        new(Fault.Data(what, Path.Combine(export.Folder, Reject.FileName), "export the dataset again"));

    private static void Copy(IDatasetFiles from, string name, IDatasetFiles to, string newName)
    {
        if (from.Exists(name))
        {
            AtomicFile.Write(to, newName, Bytes(from, name));
        }
    }

    private static string Text(IDatasetFiles files, string name) => System.Text.Encoding.UTF8.GetString(Bytes(files, name));

    private static byte[] Bytes(IDatasetFiles files, string name)
    {
        using Stream stream = files.OpenRead(name);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
