using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing.Pictures;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Importing.Chat;

/// <summary>JSON files of conversations.</summary>
internal sealed class ChatSource(ImmutableArray<string> files, ImportFormat format, ImportOptions options) : IImportSource
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Files => files;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ImportItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string file in files)
        {
            PictureLoader pictures = new(options.ImageRoot ?? FolderOf(file), options.PixelLimit);
            string stem = Path.GetFileNameWithoutExtension(file);
            int index = 0;
            await using FileStream stream = Open(file);
            foreach (JsonText text in JsonTexts.Of(stream, file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                string id = FormattableString.Invariant($"{stem}-{index++:D6}");
                yield return new ImportItem(id, pictures, () => ChatReader.Read(text, format, options.Rewards, id));
            }
        }
    }

    /// <summary>The form of a file's first conversation.</summary>
    public static Result<ImportFormat> FormatOf(string file)
    {
        try
        {
            using FileStream stream = Open(file);
            JsonText? first = JsonTexts.Of(stream, file).FirstOrDefault();
            return first is null ? Fault.Data("there is no conversation in the file", file)
                : ChatReader.FormatOf(first) is { } format ? format
                : Fault.Data(
                    "it has neither 'messages' nor 'conversations'",
                    first.Where,
                    "give conversations with one of them, as data/import/openai and data/import/llava show, or Parquet files with --map"
                );
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file))!;

    private static FileStream Open(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            throw StorageFaults.Read(FolderOf(file), Path.GetFileName(file), exception);
        }
    }
}
