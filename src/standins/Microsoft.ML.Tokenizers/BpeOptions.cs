using System.Text.Json;

namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="BpeTokenizer"/> is made of.</summary>
public sealed class BpeOptions
{
    public BpeOptions(IEnumerable<KeyValuePair<string, int>> vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Vocabulary = vocabulary;
    }

    /// <summary>Reads <c>{"token": id}</c> and a file of merges, one pair a line after an optional <c>#version</c> line.</summary>
    /// <exception cref="FileNotFoundException">One of the files does not exist.</exception>
    public BpeOptions(string vocabFile, string? mergesFile = null)
    {
        ArgumentNullException.ThrowIfNull(vocabFile);
        using (FileStream stream = File.OpenRead(vocabFile))
        {
            Vocabulary =
                JsonSerializer.Deserialize<Dictionary<string, int>>(stream)
                ?? throw new ArgumentException($"{vocabFile} holds no vocabulary.", nameof(vocabFile));
        }
        Merges = mergesFile is null ? null : ReadMerges(mergesFile);
    }

    /// <summary>Every token and its id.</summary>
    public IEnumerable<KeyValuePair<string, int>> Vocabulary { get; }

    /// <summary>Pairs <c>left right</c>, the one that is merged first first.</summary>
    public IEnumerable<string>? Merges { get; set; }

    /// <summary>Tokens that stand for themselves; give them to the pre-tokenizer too, which is what cuts them out of a text.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; set; }

    public PreTokenizer? PreTokenizer { get; set; }

    /// <summary>Whether the symbols are bytes; must be true.</summary>
    public bool ByteLevel { get; set; }

    private static List<string> ReadMerges(string file)
    {
        List<string> merges = [];
        foreach (string line in File.ReadLines(file))
        {
            bool isComment = merges.Count == 0 && line.StartsWith("#version", StringComparison.Ordinal);
            if (line.Length > 0 && !isComment)
            {
                merges.Add(line);
            }
        }
        return merges;
    }
}
