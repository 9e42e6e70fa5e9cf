using System.Collections.Immutable;
using VlmQ.Datasets.Tokenization.Added;
using VlmQ.Datasets.Tokenization.Decoding;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>
/// The stages of a <c>tokenizer.json</c>: added tokens are cut out, the rest is normalised, split and merged. Order and details are those of
/// the Rust library that the format comes from.
/// </summary>
internal sealed class PipelineCodec : TokenCodec
{
    private readonly Pipeline _pipeline;
    private readonly AddedTokenFinder _written;
    private readonly AddedTokenFinder _normalized;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<int, string> _tokens = [];
    private readonly HashSet<int> _special;

    public PipelineCodec(Pipeline pipeline)
    {
        _pipeline = pipeline;
        _ids = new Dictionary<string, int>(pipeline.Vocabulary, StringComparer.Ordinal);
        foreach (AddedToken token in pipeline.Added)
        {
            _ids[token.Content] = token.Id;
        }
        foreach ((string token, int id) in _ids)
        {
            _tokens[id] = token;
        }
        Count = 1 + _tokens.Keys.DefaultIfEmpty(-1).Max();
        _special = [.. pipeline.Added.Where(token => token.Special).Select(token => token.Id)];
        _written = new AddedTokenFinder(pipeline.Added.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        _normalized = new AddedTokenFinder(
            pipeline
                .Added.Where(token => token.Normalized)
                .Select(token => (Normalize(token.Content), token))
                .Where(pair => pair.Item1.Length > 0)
        );
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override ImmutableArray<TokenDecoder> Decoders => _pipeline.Decoders;

    /// <inheritdoc/>
    public override (ImmutableArray<int> Before, ImmutableArray<int> After) Frame => (_pipeline.Before, _pipeline.After);

    /// <inheritdoc/>
    public override int? IdOf(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public override string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    /// <inheritdoc/>
    public override bool IsSpecial(int id) => _special.Contains(id);

    /// <inheritdoc/>
    public override void Encode(string text, bool special, bool first, List<int> ids)
    {
        string whole = WholeCharacters.Of(text);
        List<(Range Piece, AddedToken? Token)> written = [];
        List<(Range Piece, AddedToken? Token)> normalized = [];
        List<ReadOnlyMemory<char>> pieces = [];
        _written.Cut(whole, special, written);
        foreach ((Range range, AddedToken? token) in written)
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }
            string segment = Normalize(whole[range]);
            normalized.Clear();
            _normalized.Cut(segment, special, normalized);
            foreach ((Range inner, AddedToken? found) in normalized)
            {
                if (found is not null)
                {
                    ids.Add(found.Id);
                    continue;
                }
                bool atStart = first && range.Start.Value == 0 && inner.Start.Value == 0;
                Merge(segment.AsMemory(inner), atStart, pieces, ids);
            }
        }
    }

    private string Normalize(string text) => _pipeline.Normalizer?.Normalize(text) ?? text;

    private void Merge(ReadOnlyMemory<char> segment, bool first, List<ReadOnlyMemory<char>> pieces, List<int> ids)
    {
        if (_pipeline.Splitter is null)
        {
            _pipeline.Model.Encode(segment.Span, ids);
            return;
        }
        pieces.Clear();
        _pipeline.Splitter.Split(segment, first, pieces);
        foreach (ReadOnlyMemory<char> piece in pieces)
        {
            _pipeline.Model.Encode(piece.Span, ids);
        }
    }
}
