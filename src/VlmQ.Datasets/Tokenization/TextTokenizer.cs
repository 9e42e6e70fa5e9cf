using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization.Decoding;
using VlmQ.Datasets.Tokenization.Files;

namespace VlmQ.Datasets.Tokenization;

/// <summary>
/// A model's tokenizer, from a folder of its files: <c>tokenizer.json</c>, <c>tokenizer.model</c> (sentencepiece), or
/// <c>vocab.json</c> with <c>merges.txt</c>. Safe from several
/// threads.
/// </summary>
public sealed class TextTokenizer
{
    private readonly TokenCodec _codec;

    internal TextTokenizer(string folder, string digest, TokenCodec codec, SpecialTokens special)
    {
        Folder = folder;
        Digest = digest;
        _codec = codec;
        (PadToken, BeginToken, EndToken, ImageToken) = special;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>SHA-256 of the files: equal digests, equal ids.</summary>
    public string Digest { get; }

    /// <summary>Ids run from 0 to one less than this.</summary>
    public int Count => _codec.Count;

    /// <summary>The id that fills a row: <c>&lt;pad&gt;</c>, or <see cref="EndToken"/> where there is none.</summary>
    public int PadToken { get; }

    /// <summary>The id that begins a text; null where there is none.</summary>
    public int? BeginToken { get; }

    /// <summary>The id that ends a reply.</summary>
    public int EndToken { get; }

    /// <summary>
    /// The id of <c>&lt;image&gt;</c>, the placeholder of a picture; where the files have none, the last of the tokens that they keep in
    /// reserve, or the first id that they do not use.
    /// </summary>
    public int ImageToken { get; }

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="path">
    /// The folder with its files, or one of <c>tokenizer.json</c> and <c>tokenizer.model</c> where it holds both; else the former is read.
    /// </param>
    /// <param name="endToken">The token that ends a reply, in place of the one that the files name; null for that.</param>
    public static Result<TextTokenizer> Load(string path, string? endToken = null) => TokenizerFolder.Load(path, endToken);

    /// <summary>The ids of a text; a special token that is spelled out in it becomes its id.</summary>
    /// <exception cref="FaultException">The tokenizer's own rules take far more than linear time on the text.</exception>
    public ImmutableArray<int> Encode(string text) => Encode(text, special: true, first: true);

    /// <summary>
    /// The ids of a text that goes on after other text and in which nothing is special: for words that somebody else wrote.
    /// </summary>
    /// <exception cref="FaultException">The tokenizer's own rules take far more than linear time on the text.</exception>
    public ImmutableArray<int> EncodePlain(string text) => Encode(text, special: false, first: false);

    /// <summary>
    /// The ids of a text as <see cref="Encode"/> gives them, with those in front and behind that the tokenizer's template adds.
    /// </summary>
    public ImmutableArray<int> EncodeFramed(string text) => [.. _codec.Frame.Before, .. Encode(text), .. _codec.Frame.After];

    /// <summary>The text of ids; special tokens are spelled out. An id that does not exist stands for nothing.</summary>
    public string Decode(ReadOnlySpan<int> ids) => _codec.Decode(ids, skipSpecial: false);

    /// <summary>The text of ids without the special tokens among them.</summary>
    public string DecodePlain(ReadOnlySpan<int> ids) => _codec.Decode(ids, skipSpecial: true);

    /// <summary>
    /// The UTF-8 that a token adds to a text in <see cref="DecodePlain"/>, perhaps part of a character; null for special tokens, ids that do
    /// not exist, and where a text is not its tokens' one after the other.
    /// </summary>
    public byte[]? BytesOf(int id) =>
        _codec.IsSpecial(id) || _codec.TokenOf(id) is not { } token ? null : TokenBytes.Of(token, _codec.Decoders);

    /// <summary>Whether a text loses the space that its first token begins with.</summary>
    public bool LosesFirstSpace => TokenBytes.LosesFirstSpace(_codec.Decoders);

    /// <summary>The text of ids that come one after the other.</summary>
    /// <param name="skipSpecial">Whether special tokens are left out.</param>
    public TextStream OpenStream(bool skipSpecial = true) => new(_codec, skipSpecial);

    private ImmutableArray<int> Encode(string text, bool special, bool first)
    {
        List<int> ids = [];
        _codec.Encode(text, special, first, ids);
        return [.. ids];
    }
}
