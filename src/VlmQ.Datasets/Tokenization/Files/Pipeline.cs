using System.Collections.Immutable;
using VlmQ.Datasets.Tokenization.Added;
using VlmQ.Datasets.Tokenization.Decoding;
using VlmQ.Datasets.Tokenization.Merging;
using VlmQ.Datasets.Tokenization.Normalizing;
using VlmQ.Datasets.Tokenization.Splitting;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>What a <c>tokenizer.json</c> says.</summary>
internal sealed record Pipeline
{
    /// <summary>Token → id, without added tokens that are no tokens of the model.</summary>
    public required Dictionary<string, int> Vocabulary { get; init; }

    /// <summary>The added tokens.</summary>
    public ImmutableArray<AddedToken> Added { get; init; } = [];

    /// <summary>What rewrites the text; null for nothing.</summary>
    public TextNormalizer? Normalizer { get; init; }

    /// <summary>What cuts the text into pieces; null for nothing.</summary>
    public PieceSplitter? Splitter { get; init; }

    /// <summary>What turns a piece into ids.</summary>
    public required BytePairModel Model { get; init; }

    /// <summary>Ids in front of a text, on request.</summary>
    public ImmutableArray<int> Before { get; init; } = [];

    /// <summary>Ids behind a text, on request.</summary>
    public ImmutableArray<int> After { get; init; } = [];

    /// <summary>The largest id; −1 where there is none.</summary>
    public int LargestId => Vocabulary.Values.Concat(Added.Select(token => token.Id)).DefaultIfEmpty(-1).Max();

    /// <summary>How the strings of tokens become text.</summary>
    public required ImmutableArray<TokenDecoder> Decoders { get; init; }
}
