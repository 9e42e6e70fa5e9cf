using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using VlmQ.Datasets.Tokenization.Decoding;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>
/// Byte-level BPE as GPT-2 does it, from <c>vocab.json</c> and <c>merges.txt</c>, by <see cref="BpeTokenizer"/>. The vocabulary holds the
/// special tokens.
/// </summary>
internal sealed class PackageCodec : TokenCodec
{
    private readonly BpeTokenizer _withSpecial;
    private readonly BpeTokenizer _plain;
    private readonly ImmutableDictionary<string, int> _special;
    private readonly Dictionary<int, string> _tokens = [];

    /// <param name="vocabularyFile">The file of <c>{"token": id}</c>.</param>
    /// <param name="mergesFile">The file of merges.</param>
    /// <param name="special">The special tokens.</param>
    public PackageCodec(string vocabularyFile, string mergesFile, ImmutableDictionary<string, int> special)
    {
        _special = special;
        _withSpecial = Create(vocabularyFile, mergesFile, special);
        _plain = Create(vocabularyFile, mergesFile, ImmutableDictionary<string, int>.Empty);
        foreach ((string token, int id) in _withSpecial.Vocabulary)
        {
            _tokens[id] = token;
        }
        Count = 1 + _withSpecial.Vocabulary.Values.Max();
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override ImmutableArray<TokenDecoder> Decoders => [new TokenDecoder.ByteLevel()];

    /// <summary>The ids that a vocabulary gives to some tokens.</summary>
    public static ImmutableDictionary<string, int> Find(byte[] vocabulary, params ReadOnlySpan<string> tokens)
    {
        ImmutableDictionary<string, int>.Builder found = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(vocabulary);
        foreach (string token in tokens)
        {
            if (document.RootElement.TryGetProperty(token, out JsonElement id))
            {
                found.Add(token, id.GetInt32());
            }
        }
        return found.ToImmutable();
    }

    /// <inheritdoc/>
    public override void Encode(string text, bool special, bool first, List<int> ids) =>
        ids.AddRange((special ? _withSpecial : _plain).EncodeToIds(text));

    /// <inheritdoc/>
    public override int? IdOf(string token) => _withSpecial.Vocabulary.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public override string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    /// <inheritdoc/>
    public override bool IsSpecial(int id) => _special.ContainsValue(id);

    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<int> ids, bool skipSpecial) =>
        _withSpecial.Decode(ids.ToArray(), considerSpecialTokens: !skipSpecial);

    private static BpeTokenizer Create(string vocabularyFile, string mergesFile, ImmutableDictionary<string, int> special)
    {
        BpeOptions options = new(vocabularyFile, mergesFile)
        {
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Gpt2Split.Words(), special),
            SpecialTokens = special.IsEmpty ? null : special,
        };
        return BpeTokenizer.Create(options);
    }
}
