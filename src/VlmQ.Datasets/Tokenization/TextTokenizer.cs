using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Tokenization;

/// <summary>
/// Byte-level BPE as GPT-2 does it, from a folder with <c>vocab.json</c> and <c>merges.txt</c>. The vocabulary holds the special tokens
/// <c>&lt;pad&gt;</c>, <c>&lt;eos&gt;</c> and <c>&lt;image&gt;</c>, and may hold <c>&lt;bos&gt;</c>. Safe from several threads.
/// </summary>
public sealed class TextTokenizer
{
    private const string VocabularyFile = "vocab.json";
    private const string MergesFile = "merges.txt";
    private const string Pad = "<pad>";
    private const string Begin = "<bos>";
    private const string End = "<eos>";
    private const string Image = "<image>";

    private readonly BpeTokenizer _withSpecial;
    private readonly BpeTokenizer _plain;

    private TextTokenizer(
        string folder,
        string digest,
        BpeTokenizer withSpecial,
        BpeTokenizer plain,
        ImmutableDictionary<string, int> special
    )
    {
        Folder = folder;
        Digest = digest;
        _withSpecial = withSpecial;
        _plain = plain;
        PadToken = special[Pad];
        EndToken = special[End];
        ImageToken = special[Image];
        BeginToken = special.TryGetValue(Begin, out int begin) ? begin : null;
        Count = 1 + withSpecial.Vocabulary.Values.Max();
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>SHA-256 of the files: equal digests, equal ids.</summary>
    public string Digest { get; }

    /// <summary>Ids run from 0 to one less than this.</summary>
    public int Count { get; }

    /// <summary>The id of <c>&lt;pad&gt;</c>.</summary>
    public int PadToken { get; }

    /// <summary>The id of <c>&lt;bos&gt;</c>; null where there is none.</summary>
    public int? BeginToken { get; }

    /// <summary>The id of <c>&lt;eos&gt;</c>, which ends a reply.</summary>
    public int EndToken { get; }

    /// <summary>The id of <c>&lt;image&gt;</c>, the placeholder of a picture.</summary>
    public int ImageToken { get; }

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="folder">The folder with its files.</param>
    public static Result<TextTokenizer> Load(string folder)
    {
        string where = Path.Combine(folder, VocabularyFile);
        try
        {
            byte[] vocabulary = File.ReadAllBytes(where);
            ImmutableDictionary<string, int> special = SpecialTokensOf(vocabulary);
            foreach (string token in (ReadOnlySpan<string>)[Pad, End, Image])
            {
                if (!special.ContainsKey(token))
                {
                    return Fault.Data($"the vocabulary lacks the special token {token}", where, "add it to the vocabulary");
                }
            }
            where = Path.Combine(folder, MergesFile);
            byte[] merges = File.ReadAllBytes(where);
            string digest = Storage.Digest.OfValues([
                new(VocabularyFile, Storage.Digest.Of(vocabulary)),
                new(MergesFile, Storage.Digest.Of(merges)),
            ]);
            return new TextTokenizer(
                folder,
                digest,
                Create(folder, special),
                Create(folder, ImmutableDictionary<string, int>.Empty),
                special
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fault.Configuration(
                $"the tokenizer cannot be read: {exception.Message}",
                where,
                $"name a folder with {VocabularyFile} and {MergesFile}"
            );
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            return Fault.Data($"the tokenizer is not whole: {exception.Message}", where, "restore its files");
        }
    }

    /// <summary>The ids of a text; a special token that is spelled out in it becomes its id.</summary>
    public ImmutableArray<int> Encode(string text) => [.. _withSpecial.EncodeToIds(text)];

    /// <summary>The ids of a text in which nothing is special: for words that somebody else wrote.</summary>
    public ImmutableArray<int> EncodePlain(string text) => [.. _plain.EncodeToIds(text)];

    /// <summary>The text of ids; special tokens are spelled out.</summary>
    public string Decode(ReadOnlySpan<int> ids) => _withSpecial.Decode(ids.ToArray(), considerSpecialTokens: true);

    /// <summary>The text of ids without the special tokens among them.</summary>
    public string DecodePlain(ReadOnlySpan<int> ids) => _withSpecial.Decode(ids.ToArray(), considerSpecialTokens: false);

    private static ImmutableDictionary<string, int> SpecialTokensOf(byte[] vocabulary)
    {
        ImmutableDictionary<string, int>.Builder special = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(vocabulary);
        foreach (string token in (ReadOnlySpan<string>)[Pad, Begin, End, Image])
        {
            if (document.RootElement.TryGetProperty(token, out JsonElement id))
            {
                special.Add(token, id.GetInt32());
            }
        }
        return special.ToImmutable();
    }

    private static BpeTokenizer Create(string folder, ImmutableDictionary<string, int> special)
    {
        BpeOptions options = new(Path.Combine(folder, VocabularyFile), Path.Combine(folder, MergesFile))
        {
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Gpt2Split.Words(), special),
            SpecialTokens = special.IsEmpty ? null : special,
        };
        return BpeTokenizer.Create(options);
    }
}
