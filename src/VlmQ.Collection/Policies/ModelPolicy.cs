using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
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
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
    {
        List<(RgbImage, ReadOnlyMemory<int>)> prompts = new(requests.Count);
        RandomKey[] keys = new RandomKey[requests.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            prompts.Add((Resized(requests[i].Observation.Image), _tokenizer.Encode(requests[i].Prompt).AsMemory()));
            keys[i] = requests[i].Key;
        }
        GeneratedReply[] generated = ReplyGenerator.Generate(_model, PromptBatch.Of(prompts), _options, keys, cancellationToken);
        return new ValueTask<IReadOnlyList<Reply>>(Array.ConvertAll(generated, ToReply));
    }

    private RgbImage Resized(RgbImage image) =>
        _model is { ImageWidth: { } width, ImageHeight: { } height }
            ? _resized.GetValue(image, picture => PillowResampler.Bicubic(picture, width, height))
            : image;

    private Reply ToReply(GeneratedReply generated)
    {
        ImmutableArray<int> words = generated.Ended ? generated.TokenIds[..^1] : generated.TokenIds;
        return new Reply(_tokenizer.DecodePlain(words.AsSpan()), generated.TokenIds, _tokenizer.Digest, generated.LogProbabilities);
    }
}
