using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization.Added;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>
/// The tokens that xGen-MM's own code adds behind those of its tokenizer's files: <c>&lt;pad&gt;</c> where there is none, then the image,
/// its placeholder and the end of a chunk, whose ids begin where the model's configuration says that its first tables end.
/// </summary>
internal sealed record ModelOwnTokens
{
    private const string Pad = "<pad>";
    private static readonly ImmutableArray<string> Behind = [SpecialNames.Image, "<image placeholder>", "<|endofchunk|>"];

    private readonly JsonNode _firstId;
    private readonly int _first;

    private ModelOwnTokens(JsonNode firstId)
    {
        _firstId = firstId;
        _first = firstId.Number(1, TokenizerJson.MostIds);
    }

    /// <summary>What the digest of a tokenizer with these tokens holds beside its files.</summary>
    public string Digested => _first.ToString(CultureInfo.InvariantCulture);

    /// <summary>Those of a model's configuration; null for models whose code adds none.</summary>
    public static ModelOwnTokens? Of(JsonNode? configuration) =>
        configuration?.Find("text_config")?.Find("initial_tokenizer_len") is { } firstId ? new ModelOwnTokens(firstId) : null;

    /// <summary>The files' names, with these tokens among the named ones and their own padding.</summary>
    public SpecialNames Rename(SpecialNames names) => names with { Pads = [Pad, .. names.Pads], Named = [.. names.Named, Pad, .. Behind] };

    /// <summary>Adds those that are not there.</summary>
    /// <param name="added">The files' added tokens.</param>
    /// <param name="vocabulary">The files' vocabulary.</param>
    /// <exception cref="FaultException">The files give such a token another id, or such an id to another token.</exception>
    public ImmutableArray<AddedToken> Complete(ImmutableArray<AddedToken> added, Dictionary<string, int> vocabulary)
    {
        Dictionary<string, int> ids = new(vocabulary, StringComparer.Ordinal);
        foreach (AddedToken token in added)
        {
            ids[token.Content] = token.Id;
        }
        Dictionary<int, string> tokens = [];
        foreach ((string token, int id) in ids)
        {
            tokens[id] = token;
        }
        ImmutableArray<AddedToken>.Builder complete = ImmutableArray.CreateBuilder<AddedToken>();
        complete.AddRange(added);
        if (!ids.ContainsKey(Pad) && !tokens.ContainsKey(_first - 1))
        {
            complete.Add(new AddedToken(Pad, _first - 1));
        }
        for (int i = 0; i < Behind.Length; i++)
        {
            int id = _first + i;
            if (tokens.TryGetValue(id, out string? other) && other != Behind[i])
            {
                throw Mismatch(
                    $"the model's token '{Behind[i]}' has the id {id}, which is that of '{JsonNode.Shown(other)}' in the tokenizer"
                );
            }
            if (ids.TryGetValue(Behind[i], out int own) && own != id)
            {
                throw Mismatch($"the model's token '{Behind[i]}' has the id {id}, but {own} in the tokenizer beside it");
            }
            if (added.All(token => token.Content != Behind[i]))
            {
                complete.Add(new AddedToken(Behind[i], id));
            }
        }
        return complete.ToImmutable();
    }

    private FaultException Mismatch(string what) => _firstId.Refuse(what, "use the tokenizer that the model was trained with");
}
