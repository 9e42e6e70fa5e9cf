using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models.Families;

namespace VlmQ.Cli.Models;

/// <summary>Holds a tokenizer against the model that it is to serve: a model's own code spells some texts as numbers.</summary>
/// <param name="What">What was looked at.</param>
/// <param name="Wrong">What is wrong; null where nothing is.</param>
internal sealed record TokenizerCheck(string What, string? Wrong)
{
    private const string Sample = "{\"thoughts\": \"1 < 2\", \"action\": \"+\"}";

    /// <summary>Whether the tokenizer passed.</summary>
    public bool Passed => Wrong is null;

    /// <summary>All checks.</summary>
    public static ImmutableArray<TokenizerCheck> All(TextTokenizer tokenizer, ModelDescription description)
    {
        ImmutableArray<TokenizerCheck>.Builder checks = ImmutableArray.CreateBuilder<TokenizerCheck>();
        checks.Add(
            new TokenizerCheck(
                $"{tokenizer.Count} ids fit the model's {description.Vocabulary}",
                tokenizer.Count <= description.Vocabulary
                    ? null
                    : $"the tokenizer goes up to id {tokenizer.Count - 1}, but the model has {description.Vocabulary} ids"
            )
        );
        foreach ((string text, ImmutableArray<int> ids) in description.KnownTexts)
        {
            ImmutableArray<int> given = WithoutMarker(tokenizer, tokenizer.Encode(text), ids.Length);
            checks.Add(
                new TokenizerCheck(
                    $"{Shown(text)} is {string.Join(" ", ids)}",
                    given.SequenceEqual(ids)
                        ? null
                        : $"{Shown(text)} is {string.Join(" ", given)}, but the model expects {string.Join(" ", ids)}"
                )
            );
        }
        string again = tokenizer.DecodePlain(tokenizer.EncodePlain(Sample).AsSpan());
        checks.Add(
            new TokenizerCheck("a text comes back as it was", again == Sample ? null : $"{Shown(Sample)} comes back as {Shown(again)}")
        );
        return checks.ToImmutable();
    }

    /// <summary>The fault of the first check that failed; null where none did.</summary>
    public static Fault? Fault(TextTokenizer tokenizer, ModelDescription description) =>
        All(tokenizer, description).FirstOrDefault(check => !check.Passed) is { } failed
            ? Core.Episodes.Fault.Data(
                $"does not match the vocabulary of {description.Family}: {failed.Wrong}",
                tokenizer.Folder,
                description is MoonDream2025Description
                    ? "put the tokenizer.json of moondream/starmie-v1 there (the one beside the weights is an older model's), or name it as "
                        + "--tokenizer"
                    : "use the tokenizer that the model was trained with, or name it as --tokenizer"
            )
            : null;

    /// <summary>Sentencepiece puts a marker of a space in front of some texts, which is not part of them.</summary>
    private static ImmutableArray<int> WithoutMarker(TextTokenizer tokenizer, ImmutableArray<int> ids, int wanted) =>
        tokenizer.LosesFirstSpace && ids.Length == wanted + 1 && tokenizer.BytesOf(ids[0]) is [(byte)' '] ? ids[1..] : ids;

    private static string Shown(string text) => $"'{text.Replace("\n", "\\n", StringComparison.Ordinal)}'";
}
