namespace VlmQ.Models;

/// <summary>Where a model's weights came from, which is what its files are written like.</summary>
/// <param name="Folder">The folder with its configuration, weights and tokenizer.</param>
/// <param name="Critics">How its critic heads were built.</param>
public sealed record ModelOrigin(string Folder, CriticSettings Critics)
{
    private static readonly string[] Copied =
    [
        "config.json",
        "generation_config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
        "merges.txt",
    ];

    /// <summary>Copies configuration and tokenizer into another folder; weights are not copied.</summary>
    public static void CopyFiles(string from, string to)
    {
        foreach (string name in Copied)
        {
            string source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                File.Copy(source, Path.Combine(to, name), overwrite: true);
            }
        }
    }
}
