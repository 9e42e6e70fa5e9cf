using System.Collections.Immutable;
using TorchSharp;
using VlmQ.Cli.Configuration;
using VlmQ.Collection.Policies;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tokenization;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>The model of a checkpoint with its tokenizer, ready to play.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly VisionLanguageModel _model;
    private readonly TextTokenizer _tokenizer;

    private TrainedModel(VisionLanguageModel model, TextTokenizer tokenizer)
    {
        _model = model;
        _tokenizer = tokenizer;
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="checkpoint">Its folder.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="threads">Threads of tensor arithmetic.</param>
    public static Result<TrainedModel> Open(string checkpoint, TextTokenizer tokenizer, int threads)
    {
        if (Check(checkpoint, tokenizer) is { } fault)
        {
            return fault;
        }
        torch.set_num_threads(threads);
        return Checkpoint.LoadModel(checkpoint, Kernels.Best).Map(model => new TrainedModel(model, tokenizer));
    }

    /// <summary>Whether it can be opened, as far as can be told without its weights.</summary>
    public static Fault? Check(string checkpoint, TextTokenizer tokenizer)
    {
        if (!Checkpoint.Exists(checkpoint))
        {
            string what = Directory.Exists(checkpoint) ? "the folder holds no checkpoint" : "there is no such folder";
            return Fault.Data(what, checkpoint, "name the folder of a checkpoint: one with a checkpoint.json");
        }
        return Checkpoint.ReadInfo(checkpoint) switch
        {
            Result<CheckpointInfo>.Failed failed => failed.Fault,
            Result<CheckpointInfo>.Ok { Value.TokenizerDigest: var digest } when digest != tokenizer.Digest => Fault.Data(
                $"the model's tokenizer is {digest}, not {tokenizer.Digest}",
                checkpoint,
                "name the tokenizer that it was trained with"
            ),
            _ => null,
        };
    }

    /// <summary>The names of <see cref="Players"/>.</summary>
    public static ImmutableArray<string> Ways { get; } = ["greedy", "sample"];

    /// <summary>The ways in which it plays: greedily, and by sampling.</summary>
    /// <param name="temperature">Sampling temperature.</param>
    /// <param name="replyLimit">Most tokens of a reply.</param>
    /// <exception cref="FaultException">The tokenizer has ids that the model does not.</exception>
    public ImmutableArray<Player> Players(double temperature, int replyLimit) =>
        [Way(Ways[0], new Decoding.Greedy(), replyLimit), Way(Ways[1], new Decoding.Sampling(temperature), replyLimit)];

    /// <summary>One way in which it plays.</summary>
    public ModelPolicy Policy(PlayerConfiguration player) =>
        new(_model, _tokenizer, player.MakeDecoding(), player.ReplyLimit, NamedPolicies.Model);

    /// <summary>The digest of what a model is: its weights, adapters and sizes.</summary>
    public static string DigestOf(string checkpoint) =>
        Digest.OfValues(
            from path in Directory.EnumerateFiles(checkpoint)
            let name = Path.GetFileName(path)
            where Path.GetExtension(name) is ".json" or ".safetensors" && !Checkpoint.IsOfTraining(name)
            select KeyValuePair.Create(name, DigestOfFile(path))
        );

    public void Dispose() => _model.Dispose();

    private Player Way(string name, Decoding decoding, int replyLimit) =>
        new(name, new ModelPolicy(_model, _tokenizer, decoding, replyLimit, name) { IsExact = false })
        {
            IsModel = true,
            Greedy = decoding is Decoding.Greedy,
        };

    private static string DigestOfFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Digest.Of(file);
    }
}
