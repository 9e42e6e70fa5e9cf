using Microsoft.ML.Tokenizers.Bpe;
using Microsoft.ML.Tokenizers.Splitting;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Byte-level byte-pair encoding. Immutable, and safe to use from several threads; words that were encoded are remembered.
/// </summary>
public sealed partial class BpeTokenizer : Tokenizer
{
    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<string, int> specialTokens;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> specialTokensBySpan;
    private readonly HashSet<int> specialIds;
    private readonly Dictionary<int, string> tokensById = [];
    private readonly MergeTable merges;
    private readonly TokenBytes tokenBytes;
    private readonly WordCache cache = new();

    private BpeTokenizer(BpeOptions options)
    {
        PreTokenizer = options.PreTokenizer;
        vocabulary = new Dictionary<string, int>(options.Vocabulary);
        specialTokens = options.SpecialTokens is null ? [] : new Dictionary<string, int>(options.SpecialTokens);
        specialTokensBySpan = specialTokens.GetAlternateLookup<ReadOnlySpan<char>>();
        specialIds = [.. specialTokens.Values];
        foreach ((string token, int id) in vocabulary.Concat(specialTokens))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, token);
            tokensById[id] = token;
        }
        merges = new MergeTable(vocabulary, options.Merges ?? []);
        tokenBytes = new TokenBytes(vocabulary, specialTokens);
    }

    public override PreTokenizer? PreTokenizer { get; }

    /// <summary>Every token and its id, without special tokens that were given apart from it.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public IReadOnlyDictionary<string, int>? SpecialTokens => specialTokens.Count == 0 ? null : specialTokens;

    public bool ByteLevel => true;

    /// <exception cref="NotSupportedException">Not byte-level, or without a pre-tokenizer.</exception>
    /// <exception cref="InvalidOperationException">The vocabulary lacks a byte, or a part or product of a merge.</exception>
    public static BpeTokenizer Create(BpeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.ByteLevel)
        {
            throw new NotSupportedException("Only byte-level vocabularies are supported: set BpeOptions.ByteLevel.");
        }
        if (options.PreTokenizer is null)
        {
            throw new NotSupportedException("Without a pre-tokenizer white space would be dropped: set BpeOptions.PreTokenizer.");
        }
        return new BpeTokenizer(options);
    }

    private WordEnumerator Words(ReadOnlySpan<char> text, EncodeSettings settings)
    {
        if (!settings.ConsiderPreTokenization)
        {
            return new WordEnumerator(text.IsEmpty ? [] : [(0, text.Length)]);
        }
        return PreTokenizer is RegexPreTokenizer regex ? regex.Words(text) : new WordEnumerator(PreTokenizer!.PreTokenize(text));
    }
}
