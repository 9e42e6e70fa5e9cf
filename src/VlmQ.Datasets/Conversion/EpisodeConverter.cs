using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Conversion;

/// <summary>Turns one episode into transitions: a pure function of the episode and the options. Safe from several threads.</summary>
public sealed class EpisodeConverter
{
    // Prompts are made of words alone, so the rules of Core need no pixels; they stay in their files.
    private static readonly RgbImage NoPicture = new(1, 1, [0, 0, 0]);

    private readonly ImmutableSortedDictionary<string, TokenRules> _rules;
    private readonly PictureFitter _fitter;

    private EpisodeConverter(ImmutableSortedDictionary<string, TokenRules> rules, PictureFitter fitter, string templateDigest)
    {
        _rules = rules;
        _fitter = fitter;
        TemplateDigest = templateDigest;
    }

    /// <summary>The digest of all prompt templates in use.</summary>
    public string TemplateDigest { get; }

    /// <summary>The converter of episodes from some environments.</summary>
    /// <param name="environments">The environments' ids.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="options">The options.</param>
    /// <returns>The converter, or the fault of a template or token that is missing.</returns>
    public static Result<EpisodeConverter> Create(
        IReadOnlyCollection<string> environments,
        TextTokenizer tokenizer,
        ConversionOptions options
    )
    {
        options.Validate();
        ImmutableSortedDictionary<string, TokenRules>.Builder rules = ImmutableSortedDictionary.CreateBuilder<string, TokenRules>(
            StringComparer.Ordinal
        );
        Dictionary<string, string> templates = [];
        foreach (string environment in environments)
        {
            Result<PromptTemplate> found = options.Prompts.For(environment);
            if (found is Result<PromptTemplate>.Failed failed)
            {
                return failed.Fault;
            }
            PromptTemplate template = found.OrThrow();
            templates[environment] = template.Digest;
            rules[environment] = new TokenRules(
                (earlier, observation) => tokenizer.Encode(template.Render(earlier, observation)),
                tokenizer.EncodePlain,
                tokenizer.EndToken,
                tokenizer.Digest,
                options.PromptLimit,
                options.ReplyLimit
            );
        }
        return new EpisodeConverter(
            rules.ToImmutable(),
            new PictureFitter(options.ImageSize, options.PixelLimit),
            Digest.OfValues(templates)
        );
    }

    /// <summary>The episode's transitions, or why the episode cannot be used.</summary>
    public Result<TransitionEpisode> Convert(StoredEpisode episode)
    {
        if (!_rules.TryGetValue(episode.Environment, out TokenRules? rules))
        {
            return Fault.Data($"no prompt template was chosen for {episode.Environment}", $"episode {episode.Id}");
        }
        return EpisodeTransitions.Of(WithoutPictures(episode), rules).Bind(transitions => WithPictures(episode, transitions));
    }

    private static Episode WithoutPictures(StoredEpisode episode)
    {
        ImmutableArray<Turn>.Builder turns = ImmutableArray.CreateBuilder<Turn>(episode.Turns.Length);
        foreach (StoredTurn turn in episode.Turns)
        {
            turns.Add(new Turn(Words(turn.Observation), turn.Reply, turn.Action, turn.Reward, turn.Terminated, turn.Truncated, turn.Info));
        }
        return new Episode(
            episode.Id,
            episode.Environment,
            episode.Seed,
            episode.Policy,
            turns.MoveToImmutable(),
            episode.FinalObservation is { } final ? Words(final) : null,
            episode.Success
        );
    }

    private static Observation Words(StoredObservation observation) => new(NoPicture, observation.Goal, observation.Text);

    private Result<TransitionEpisode> WithPictures(StoredEpisode episode, ImmutableArray<Transition> transitions)
    {
        ImmutableArray<StoredTransition>.Builder rows = ImmutableArray.CreateBuilder<StoredTransition>(transitions.Length);
        for (int i = 0; i < transitions.Length; i++)
        {
            ImmutableArray<byte> png = (i < episode.Turns.Length ? episode.Turns[i].Observation : episode.FinalObservation!).Picture;
            Result<ImmutableArray<byte>> fitted = _fitter.Fit(png, $"episode {episode.Id}, turn {i}");
            if (fitted is Result<ImmutableArray<byte>>.Failed failed)
            {
                return failed.Fault;
            }
            rows.Add(new StoredTransition(transitions[i], fitted.OrThrow()));
        }
        return new TransitionEpisode(rows.MoveToImmutable());
    }
}
