using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Pipelines;

/// <summary>Finds prompts by the name of shipped ones, which lie beside the command, or in a file.</summary>
internal static class Prompts
{
    private const string Extension = ".prompt";

    /// <summary>The largest file that is read, in bytes.</summary>
    private const long MostBytes = 1 << 20;

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "prompts");

    /// <summary>The shipped prompts of a name, or those of a file.</summary>
    /// <param name="prompt">A name, <c>FILE</c> where the file has one prompt, or <c>FILE:NAME</c>. What holds a slash or ends in
    /// <c>.prompt</c> is a file.</param>
    /// <param name="chat">The name of a chat format, shipped or in the file.</param>
    public static Result<PromptSource> Load(string prompt, string chat) =>
        LoadShipped()
            .Bind(shipped => FileOf(prompt) is { } file ? LoadFile(file.Path, file.Name, chat, shipped) : Choose(shipped, prompt, chat));

    /// <summary>A shipped chat format.</summary>
    public static Result<ChatFormat> Chat(string name) => LoadShipped().Bind(shipped => new PromptCatalog(shipped).FindChat(name));

    private static Result<PromptSource> LoadFile(string path, string? name, string chat, IEnumerable<PromptFile> shipped) =>
        Read(path)
            .Bind(file =>
            {
                if (name is null && file.Prompts.Length != 1)
                {
                    string names = string.Join(", ", file.Prompts.Select(one => $"{path}:{one.Name}"));
                    return Fault.Configuration($"the file has {file.Prompts.Length} prompts", path, $"name one of them: {names}");
                }
                IEnumerable<PromptFile> chats = shipped.Where(other => other.Prompts.IsEmpty);
                return Choose(chats.Prepend(file), name ?? file.Prompts[0].Name, chat);
            });

    private static Result<PromptSource> Choose(IEnumerable<PromptFile> files, string name, string chat)
    {
        PromptCatalog catalog = new(files);
        return catalog.FindChat(chat).Map(_ => new PromptSource(catalog, name, chat));
    }

    private static (string Path, string? Name)? FileOf(string prompt)
    {
        int colon = prompt.LastIndexOf(':');
        string path = colon > 0 ? prompt[..colon] : prompt;
        bool isFile =
            path.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || path.EndsWith(Extension, StringComparison.Ordinal);
        return isFile ? (path, colon > 0 ? prompt[(colon + 1)..] : null) : null;
    }

    private static Result<IReadOnlyList<PromptFile>> LoadShipped()
    {
        if (!Directory.Exists(Shipped))
        {
            return Fault.External("the shipped prompts are missing", Shipped, "build the command again");
        }
        List<PromptFile> files = [];
        foreach (string path in Directory.EnumerateFiles(Shipped, "*" + Extension).Order(StringComparer.Ordinal))
        {
            Result<PromptFile> file = Read(path);
            if (file is Result<PromptFile>.Failed failed)
            {
                return failed.Fault;
            }
            files.Add(file.OrThrow());
        }
        return files;
    }

    private static Result<PromptFile> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                return Fault.Configuration($"is larger than {MostBytes} bytes, so it is no file of prompts", path);
            }
            return PromptFile.Parse(
                new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\ufeff'),
                path
            );
        }
        catch (DecoderFallbackException)
        {
            return Fault.Configuration("is not UTF-8", path, "save it as UTF-8");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fault.Configuration("there is no such file of prompts", path, "name a shipped prompt or a file of prompts");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fault.External(exception.Reason(), path);
        }
    }
}
