using System.Collections.Immutable;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Collection.Policies;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Tokenization;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Generation;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>The model of a checkpoint with its tokenizer, ready to play.</summary>
internal sealed class TrainedModel : IDisposable
{
    // A model that reads pictures of any size spends hundreds of positions on each.
    private const int LanesOfLargeModels = 8;

    private readonly VisionLanguageModel _model;
    private readonly TextTokenizer _tokenizer;

    private TrainedModel(VisionLanguageModel model, TextTokenizer tokenizer)
    {
        _model = model;
        _tokenizer = tokenizer;
    }

    /// <summary>Episodes that it is best to play side by side; null where the usual number is.</summary>
    public int? Lanes => _model.ImageWidth is null ? LanesOfLargeModels : null;

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="checkpoint">Its folder.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="computing">Where it is computed.</param>
    public static Result<TrainedModel> Open(string checkpoint, TextTokenizer tokenizer, Computing computing)
    {
        if (Check(checkpoint, tokenizer) is { } fault)
        {
            return fault;
        }
        return AnsweringModel.Load(checkpoint, tokenizer, computing).Map(model => new TrainedModel(model, tokenizer));
    }

    /// <summary>Reads a model that need not be a checkpoint of training.</summary>
    /// <param name="named">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="computing">Where it is computed.</param>
    public static Result<TrainedModel> Open(NamedModel named, TextTokenizer tokenizer, Computing computing)
    {
        if (Check(named, tokenizer) is { } fault)
        {
            return fault;
        }
        return AnsweringModel.Load(named.Folder, tokenizer, computing, named.Base).Map(model => new TrainedModel(model, tokenizer));
    }

    /// <summary>Whether a model fits a tokenizer, as far as can be told without its weights.</summary>
    public static Fault? Check(NamedModel named, TextTokenizer tokenizer) =>
        (Checkpoint.Exists(named.Folder) ? Check(named.Folder, tokenizer) : TokenizerCheck.Fault(tokenizer, named.Description))
        ?? named.CheckWeights();

    /// <summary>The fault of a folder that holds no checkpoint; null where it does.</summary>
    public static Fault? CheckFolder(string checkpoint) =>
        Checkpoint.Exists(checkpoint)
            ? null
            : Fault.Data(
                Directory.Exists(checkpoint) ? "the folder holds no checkpoint" : "there is no such folder",
                checkpoint,
                File.Exists(Path.Combine(checkpoint, ModelFolder.ConfigFileName))
                    ? "it is the folder of a model: name it as --model"
                    : "name the folder of a checkpoint: one with a checkpoint.json"
            );

    private static Fault? Check(string checkpoint, TextTokenizer tokenizer) =>
        CheckFolder(checkpoint)
        ?? Checkpoint.ReadInfo(checkpoint) switch
        {
            Result<CheckpointInfo>.Failed failed => failed.Fault,
            Result<CheckpointInfo>.Ok { Value.TokenizerDigest: var digest } when digest != tokenizer.Digest => Fault.Data(
                $"the model's tokenizer is {digest}, not {tokenizer.Digest}",
                checkpoint,
                "name the tokenizer that it was trained with"
            ),
            _ => null,
        };

    /// <summary>The names of <see cref="Players"/>.</summary>
    /// <param name="greedyAlone">Rules sampling out.</param>
    public static ImmutableArray<string> Ways(bool greedyAlone) => greedyAlone ? ["greedy"] : ["greedy", "sample"];

    /// <summary>The ways in which it plays in an evaluation: greedily, and by sampling where that is not ruled out.</summary>
    /// <param name="decoding">How its replies are sampled, and what they are held to.</param>
    /// <param name="replyLimit">Most tokens of a reply.</param>
    /// <param name="parser">How its replies are read.</param>
    /// <param name="greedyAlone">Rules sampling out.</param>
    /// <exception cref="FaultException">The tokenizer has ids that the model does not.</exception>
    public ImmutableArray<Player> Players(DecodingConfiguration decoding, int replyLimit, ActionParser parser, bool greedyAlone = false)
    {
        Player greedy = Way("greedy", new Decoding.Greedy());
        return greedyAlone ? [greedy] : [greedy, Way("sample", decoding.Sampling())];

        Player Way(string name, Decoding how)
        {
            // An evaluation is not gone on with in other batches: speed comes before the last bit.
            ModelPolicy policy = Policy(decoding, how, replyLimit, name, parser, exact: false);
            Player player = new(name, policy) { IsModel = true, Greedy = how is Decoding.Greedy };
            return Lanes is { } lanes ? player with { Lanes = lanes } : player;
        }
    }

    /// <summary>One way in which it plays.</summary>
    /// <param name="player">How its replies are sampled, and what they are held to.</param>
    /// <param name="parser">How its replies are read.</param>
    public ModelPolicy Policy(PlayerConfiguration player, ActionParser parser) =>
        Policy(player, player.MakeDecoding(), player.ReplyLimit, NamedPolicies.Model, parser, exact: true);

    public void Dispose() => _model.Dispose();

    private ModelPolicy Policy(DecodingConfiguration held, Decoding how, int replyLimit, string name, ActionParser parser, bool exact) =>
        new(_model, _tokenizer, how, replyLimit, name)
        {
            IsExact = exact,
            RepetitionPenalty = held.RepetitionPenalty,
            Restriction = held.Restriction(parser),
        };
}
