using System.Collections.Immutable;
using VlmQ.Datasets.Tokenization.Added;
using VlmQ.Datasets.Tokenization.Decoding;

namespace VlmQ.Datasets.Tokenization.SentencePieces;

/// <summary>
/// A sentencepiece model with added tokens, as the slow Llama tokenizer of transformers treats them with <c>legacy=False</c>: one marker of a
/// space in front of the whole text, none after an added token. Where a text begins with a token that has a name of its own, the marker in
/// front of it is left out.
/// </summary>
internal sealed class SentencePieceCodec : TokenCodec
{
    private readonly SentencePieceEncoder _encoder;
    private readonly AddedTokenFinder _added;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _tokens = [];
    private readonly HashSet<int> _special;
    private readonly HashSet<int> _named;
    private readonly int? _lone;
    private readonly bool _prefixes;

    /// <param name="model">The model.</param>
    /// <param name="added">The added tokens.</param>
    /// <param name="named">The tokens before which the first marker is left out.</param>
    /// <param name="prefixes">Whether a marker is put in front of a text.</param>
    public SentencePieceCodec(SentencePieceModel model, ImmutableArray<AddedToken> added, IEnumerable<string> named, bool prefixes = true)
    {
        _prefixes = prefixes;
        _encoder = new SentencePieceEncoder(model);
        _added = new AddedTokenFinder(added.Select(token => (token.Content, token)));
        for (int id = 0; id < model.Pieces.Length; id++)
        {
            _ids[model.Pieces[id].Text] = id;
        }
        foreach (AddedToken token in added)
        {
            _ids[token.Content] = token.Id;
        }
        foreach ((string token, int id) in _ids)
        {
            _tokens[id] = token;
        }
        Count = 1 + _tokens.Keys.Max();
        _special = [.. added.Where(token => token.Special).Select(token => token.Id)];
        _named = [.. named.Where(_ids.ContainsKey).Select(token => _ids[token])];
        _lone = IdOf(SentencePieceEncoder.Marker.ToString());
        Decoders =
        [
            new TokenDecoder.Replace(SentencePieceEncoder.Marker.ToString(), " "),
            new TokenDecoder.ByteFallback(),
            new TokenDecoder.Fuse(),
            new TokenDecoder.Strip(' ', prefixes ? 1 : 0, 0),
        ];
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override ImmutableArray<TokenDecoder> Decoders { get; }

    /// <inheritdoc/>
    public override int? IdOf(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public override string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    /// <inheritdoc/>
    public override bool IsSpecial(int id) => _special.Contains(id);

    /// <inheritdoc/>
    public override void Encode(string text, bool special, bool first, List<int> ids)
    {
        string whole = WholeCharacters.Of(text).Replace(SentencePieceEncoder.Marker, ' ');
        if (whole.Length == 0)
        {
            return;
        }
        if (first && _prefixes)
        {
            whole = SentencePieceEncoder.Marker + whole;
        }
        int before = ids.Count;
        List<(Range Piece, AddedToken? Token)> pieces = [];
        _added.Cut(whole, special, pieces);
        foreach ((Range range, AddedToken? token) in pieces)
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                _encoder.Encode(whole[range], dummyPrefix: false, ids);
            }
        }
        if (ids.Count - before > 1 && ids[before] == _lone && _named.Contains(ids[before + 1]))
        {
            ids.RemoveAt(before);
        }
    }
}
