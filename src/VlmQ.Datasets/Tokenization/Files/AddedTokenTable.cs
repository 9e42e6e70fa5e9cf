using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Datasets.Tokenization.Added;
using VlmQ.Datasets.Tokenization.SentencePieces;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>
/// The added tokens of a sentencepiece model: what <c>added_tokens_decoder</c> of <c>tokenizer_config.json</c> lists, or
/// <c>added_tokens</c> and <c>rstrip_tokens</c>, and else the pieces that steer the model.
/// </summary>
internal static class AddedTokenTable
{
    /// <summary>Reads the table.</summary>
    /// <param name="configuration">The configuration; null where there is none.</param>
    /// <param name="model">The model that the tokens are added to.</param>
    /// <exception cref="Core.Episodes.FaultException">The table is not whole, or does not match the model.</exception>
    public static ImmutableArray<AddedToken> Read(JsonNode? configuration, SentencePieceModel model)
    {
        if (configuration?.Flag("legacy", false) == true)
        {
            throw configuration.Value.Get("legacy").Refuse("the legacy way to treat spaces is not supported", "set it to false");
        }
        ImmutableArray<AddedToken>.Builder added = ImmutableArray.CreateBuilder<AddedToken>();
        HashSet<string> contents = new(StringComparer.Ordinal);
        HashSet<int> ids = [];
        HashSet<string> pieces = [.. model.Pieces.Select(piece => piece.Text)];
        HashSet<string> stripping =
        [
            .. configuration?.Find("rstrip_tokens")?.Items(TokenizerJson.MostAdded).Select(node => node.Word(TokenizerJson.LongestAdded))
                ?? [],
        ];
        foreach ((AddedToken token, JsonNode node) in Listed(configuration, stripping))
        {
            Check(token, node, model, pieces);
            if (!contents.Add(token.Content) || !ids.Add(token.Id))
            {
                throw node.Refuse($"the token '{JsonNode.Shown(token.Content)}' or its id {token.Id} occurs twice");
            }
            added.Add(token);
        }
        for (int id = 0; id < model.Pieces.Length; id++)
        {
            if (model.Pieces[id].Kind is PieceKind.Control or PieceKind.Unknown && contents.Add(model.Pieces[id].Text))
            {
                added.Add(new AddedToken(model.Pieces[id].Text, id, StripsRight: stripping.Contains(model.Pieces[id].Text)));
            }
        }
        return added.ToImmutable();
    }

    private static IEnumerable<(AddedToken Token, JsonNode Node)> Listed(JsonNode? configuration, HashSet<string> stripping)
    {
        foreach ((string key, JsonNode node) in configuration?.Find("added_tokens_decoder")?.Properties() ?? [])
        {
            yield return (ReadToken(key, node), node);
        }
        foreach ((string content, JsonNode node) in configuration?.Find("added_tokens")?.Properties() ?? [])
        {
            if (content.Length is 0 or > TokenizerJson.LongestAdded)
            {
                throw node.Refuse($"a token has {content.Length} units; it has 1 to {TokenizerJson.LongestAdded}");
            }
            yield return (
                new AddedToken(content, node.Number(0, TokenizerJson.MostIds - 1), StripsRight: stripping.Contains(content)),
                node
            );
        }
    }

    private static AddedToken ReadToken(string key, JsonNode node) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < TokenizerJson.MostIds
            ? new AddedToken(
                node.Get("content").Word(TokenizerJson.LongestAdded),
                id,
                node.Flag("single_word", false),
                node.Flag("lstrip", false),
                node.Flag("rstrip", false),
                Normalized: false,
                node.Flag("special", false)
            )
            : throw node.Refuse($"'{JsonNode.Shown(key)}' is no id");

    private static void Check(AddedToken token, JsonNode node, SentencePieceModel model, HashSet<string> pieces)
    {
        if (token.Id < model.Pieces.Length && model.Pieces[token.Id].Text != token.Content)
        {
            throw node.Refuse(
                $"the id {token.Id} of '{JsonNode.Shown(token.Content)}' is that of '{model.Pieces[token.Id].Text}' in the model",
                "restore the files; model and configuration belong to different tokenizers"
            );
        }
        if (token.Id >= model.Pieces.Length && pieces.Contains(token.Content))
        {
            throw node.Refuse($"the token '{JsonNode.Shown(token.Content)}' is a piece of the model with another id");
        }
    }
}
