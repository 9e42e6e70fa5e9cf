using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;
using VlmQ.Models;
using VlmQ.Models.Families;

namespace VlmQ.Cli.Pipelines;

/// <summary>
/// Finds out what is wrong with a pipeline before anything is written, rather than after hours of work. Of datasets the manifests are read,
/// of models the configuration, the tokenizer and the header of the weights.
/// </summary>
internal sealed class PipelineCheck(
    PipelineConfiguration pipeline,
    IEnvironment environment,
    FoundModels models,
    NamedModel? model,
    PromptTemplate template,
    TextTokenizer tokenizer,
    ReplyRules replies
)
{
    // How long prompts are depends on where an episode starts: the shortest of these is taken.
    private const int Starts = 8;

    /// <summary>The first fault; null where none is found.</summary>
    /// <exception cref="FaultException">It is one of a model, a policy or a dataset.</exception>
    public Fault? Run() => CheckData() ?? CheckTraining();

    private Fault? CheckData()
    {
        List<string> collected = [];
        foreach (DataConfiguration data in pipeline.Data)
        {
            if (data.CheckMix(collected) is { } wrongMix)
            {
                return wrongMix;
            }
            foreach (MixConfiguration part in data.Mix?.Where(part => part.Path is not null) ?? [])
            {
                StreamSource source = new TrainingData(part.Path!, part.Weight, part.Follow).Open(CancellationToken.None).OrThrow();
                if (TransitionDataset.CheckTokenizer(source.Reader.Manifest, tokenizer.Digest, source.Reader.Folder) is { } wrongTokens)
                {
                    return wrongTokens;
                }
            }
            if (data.Mix is null)
            {
                collected.Add(data.Name);
            }
            PolicySources sources = PolicySources.Of(pipeline, data, models, tokenizer, replies.Parser);
            ChosenPolicy.Look(data.PolicySettings(), [environment], sources).OrThrow().Dispose();
        }
        return Twice(pipeline.Data.Select(data => data.Name)) is { } name
                ? Fault.Configuration($"two data sets are called '{name}'", "data")
            : Twice(pipeline.Seeds.Select(seed => NumberText.Of($"{seed}"))) is { } seed
                ? Fault.Configuration($"{seed} is named twice", "seeds", "name each seed once")
            : Twice(pipeline.Methods.Select(method => YamlBinder.KeyOf($"{method}"))) is { } method
                ? Fault.Configuration($"{method} is named twice", "methods", "name each method once")
            : null;
    }

    private static string? Twice(IEnumerable<string> names) => names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;

    private Fault? CheckTraining()
    {
        foreach (Method method in pipeline.Methods)
        {
            if (TrainOptions.LearnerOf(pipeline.Train, method, pipeline.Train.Steps, model).Check() is { } fault)
            {
                return fault;
            }
        }
        if (InPipeline(TrainOptions.CheckSupport(pipeline.Train.Afsft)) is { } wrongSupport)
        {
            return wrongSupport;
        }
        if (model is not null)
        {
            return model.Description is not TinyVlmDescription && pipeline.Convert.ImageSize is { } size
                ? Fault.Configuration(
                    $"pictures would be resized to {size} pixels, but {model.Description.Family} resizes them itself",
                    "convert.image_size",
                    "write image_size: null"
                )
                : model.CheckWeights()
                    ?? CheckAdapters(model.Description)
                    ?? CheckLength(model.Description.ContextLength, "convert.reply_limit");
        }
        Result<TinyVlmConfig> sizes = TrainOptions.ModelOf(
            pipeline.Train,
            tokenizer.Count,
            tokenizer.ImageToken,
            pipeline.Convert.ImageSize ?? 300
        );
        return sizes is Result<TinyVlmConfig>.Failed { Fault: var wrong }
            ? new Fault(
                wrong.Kind,
                wrong.What,
                (wrong.Where == TrainOptions.ImageSizeKey ? "convert." : "train.") + wrong.Where,
                wrong.Remedy
            )
            : CheckAdapters(new TinyVlmDescription(sizes.OrThrow())) ?? CheckLength(sizes.OrThrow().TextLength, "train.model.text_length");
    }

    private Fault? CheckAdapters(ModelDescription description) => InPipeline(TrainOptions.CheckAdapters(pipeline.Train.Lora, description));

    // The keys of a training stand below another one here.
    private static Fault? InPipeline(Fault? fault) =>
        fault is null ? null : new Fault(fault.Kind, fault.What, "train." + fault.Where, fault.Remedy);

    /// <summary>The fault of prompts and replies that are longer together than what the model holds.</summary>
    /// <param name="holds">Tokens that it holds.</param>
    /// <param name="key">What would have to be changed.</param>
    private Fault? CheckLength(int holds, string key)
    {
        int prompt = Enumerable.Range(1, Starts).Min(seed => LengthOf(environment.Observe(environment.Reset(seed), pipeline.Observations)));
        int reply = pipeline.Convert.ReplyLimit;
        // Nothing is read behind a reply's last token.
        return prompt + reply - 1 > holds
            ? Fault.Configuration(
                $"a prompt of {prompt} tokens and a reply of {reply}, as convert.reply_limit allows, are more than the {holds} that the model holds",
                key,
                "use a larger model, a shorter prompt, or a smaller convert.reply_limit"
            )
            : null;
    }

    private int LengthOf(Observation observation) =>
        tokenizer.Encode(template.Render([], observation)).Count(id => id != tokenizer.ImageToken);
}
