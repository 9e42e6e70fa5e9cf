using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models;
using VlmQ.Models.Generation;

namespace VlmQ.Collection.Policies;

/// <summary>
/// A vision-language model as a policy: it reads the prompt and the picture, resized to what the model takes, and writes its reply.
/// Replies keep their token ids. One caller at a time, and nobody may train the model meanwhile.
/// </summary>
public sealed class ModelPolicy : IPolicy
{
    private readonly VisionLanguageModel _model;
    private readonly TextTokenizer _tokenizer;
    private readonly GenerationOptions _options;
    private readonly Lazy<TokenTable> _tokens;
    private readonly Dictionary<ImmutableArray<string>, TokenConstraint> _constraints = [];

    // Environments with few pictures share them between turns; each is resized once.
    private readonly ConditionalWeakTable<RgbImage, RgbImage> _resized = [];

    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="decoding">How tokens are chosen.</param>
    /// <param name="maximumTokens">A reply is cut after this many tokens.</param>
    /// <param name="name">The name that episodes carry.</param>
    /// <exception cref="FaultException">The tokenizer has ids that the model does not.</exception>
    public ModelPolicy(VisionLanguageModel model, TextTokenizer tokenizer, Decoding decoding, int maximumTokens, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer.Count > model.Vocabulary)
        {
            throw new FaultException(
                Fault.Data(
                    $"the tokenizer has {tokenizer.Count} ids, but the model only {model.Vocabulary}",
                    tokenizer.Folder,
                    "use the tokenizer that the model was trained with"
                )
            );
        }
        _model = model;
        _tokenizer = tokenizer;
        _options = new GenerationOptions(decoding, maximumTokens, tokenizer.EndToken);
        _tokens = new Lazy<TokenTable>(() =>
            new TokenTable([.. Enumerable.Range(0, tokenizer.Count).Select(tokenizer.BytesOf)], tokenizer.LosesFirstSpace)
        );
        Name = name;
    }

    /// <summary>See <see cref="GenerationOptions.RepetitionPenalty"/>.</summary>
    public double RepetitionPenalty
    {
        get => _options.RepetitionPenalty;
        init => _options = _options with { RepetitionPenalty = value };
    }

    /// <summary>Holds replies to those that name one of the environment's actions; null: the model may write anything.</summary>
    public ReplyRestriction? Restriction { get; init; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>
    /// Whether a reply is a function of its request to the last bit (the default), so that a collection has the same bytes whatever the
    /// batches. False: what else is in the batch may show in the last bits of the logits, and then in a token that is drawn.
    /// </summary>
    public bool IsExact { get; init; } = true;

    /// <summary>True: one forward pass reads many prompts.</summary>
    public bool AnswersInBatches => true;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ImmutableArray<int>[] prompts = [.. requests.Select(request => _tokenizer.Encode(request.Prompt))];
        Reply[] replies = new Reply[requests.Count];
        foreach (int[] rows in Batches(prompts))
        {
            GeneratedReply[] generated = ReplyGenerator.Generate(
                _model,
                PromptBatch.Of([.. rows.Select(i => (Resized(requests[i].Observation.Image), prompts[i].AsMemory()))]),
                _options,
                [.. rows.Select(i => requests[i].Key)],
                Restriction is null ? [] : [.. rows.Select(i => ConstraintFor(requests[i].Actions))],
                cancellationToken
            );
            for (int i = 0; i < rows.Length; i++)
            {
                replies[rows[i]] = ToReply(generated[i]);
            }
        }
        return new ValueTask<IReadOnlyList<Reply>>(replies);
    }

    /// <summary>
    /// Which prompts are read together. Padding changes the order of the sums over a row, so that only prompts of one length are; where
    /// the model's rows depend on each other, none are.
    /// </summary>
    private IEnumerable<int[]> Batches(ImmutableArray<int>[] prompts)
    {
        int[] all = [.. Enumerable.Range(0, prompts.Length)];
        if (!IsExact)
        {
            return [all];
        }
        return _model.RowsAreIndependent ? all.GroupBy(i => prompts[i].Length, (_, rows) => rows.ToArray()) : all.Select(i => (int[])[i]);
    }

    private RgbImage Resized(RgbImage image) =>
        _model is { ImageWidth: { } width, ImageHeight: { } height }
            ? _resized.GetValue(image, picture => PillowResampler.Bicubic(picture, width, height))
            : image;

    /// <summary>Environments share their list of actions between all requests.</summary>
    private TokenConstraint ConstraintFor(ImmutableArray<string> actions)
    {
        if (!_constraints.TryGetValue(actions, out TokenConstraint? constraint))
        {
            ReplyGrammar grammar = ReplyGrammar.Of(Restriction!.Parser, actions, Restriction.Freedom).OrThrow();
            constraint = TokenConstraint.Of(grammar, _tokens.Value, [_tokenizer.EndToken]).OrThrow();
            _constraints.Add(actions, constraint);
        }
        return constraint;
    }

    private Reply ToReply(GeneratedReply generated)
    {
        ImmutableArray<int> words = generated.Ended ? generated.TokenIds[..^1] : generated.TokenIds;
        return new Reply(_tokenizer.DecodePlain(words.AsSpan()), generated.TokenIds, _tokenizer.Digest, generated.LogProbabilities);
    }
}
