using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Pipelines;

/// <summary>Finds tokenizers by the name of a shipped one or by their folder.</summary>
internal static class Tokenizers
{
    /// <summary>The shipped tokenizer that is taken where none is named.</summary>
    public const string Default = "tiny";

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "data", "tokenizers");

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="name">The name, folder or file.</param>
    /// <param name="endToken">The token that ends a reply, in place of the one that the files name; null for that.</param>
    public static Result<TextTokenizer> Load(string name, string? endToken = null)
    {
        string shipped = Path.Combine(Shipped, name);
        if (!name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) && Directory.Exists(shipped))
        {
            return TextTokenizer.Load(shipped, endToken);
        }
        if (Directory.Exists(name) || File.Exists(name))
        {
            return TextTokenizer.Load(name, endToken);
        }
        string[] folders = Directory.Exists(Shipped) ? Directory.GetDirectories(Shipped) : [];
        string known = string.Join(", ", folders.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string remedy = $"name a shipped one ({known}) or a folder with tokenizer.json, tokenizer.model, or vocab.json and merges.txt";
        return Fault.Configuration($"there is no tokenizer '{name}'", "", remedy);
    }
}
