using System.Collections.Immutable;
using VlmQ.Datasets.Tokenization.Added;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>The rules of the added tokens of Phi-3 and xGen-MM.</summary>
internal static class PhiTokens
{
    /// <summary>The tokens that have a name of their own, and do not swallow what follows.</summary>
    public static ImmutableArray<string> Named { get; } =
    ["<s>", "<|endoftext|>", "<unk>", "<pad>", "<image>", "<image placeholder>", "<|endofchunk|>"];

    public static ImmutableArray<AddedToken> Added(IReadOnlyDictionary<string, int> ids) =>
        [.. ids.Select(pair => new AddedToken(pair.Key, pair.Value, StripsRight: !Named.Contains(pair.Key), Special: pair.Key != "</s>"))];
}
