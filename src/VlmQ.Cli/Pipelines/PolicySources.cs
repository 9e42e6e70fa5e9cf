using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Pipelines;

/// <summary>What policies that are models need, asked for only where one is named.</summary>
/// <param name="Player">The model of this machine, by name.</param>
/// <param name="Model">Finds it.</param>
/// <param name="Remote">The model behind an endpoint.</param>
/// <param name="Tokenizer">The tokenizer of the model of this machine.</param>
/// <param name="Parser">How replies are read, which is what a model's can be held to.</param>
/// <param name="Computing">Where the model of this machine is computed.</param>
internal sealed record PolicySources(
    Func<Result<PlayerConfiguration>> Player,
    Func<string, Result<NamedModel>> Model,
    Func<Result<RemoteConfiguration>> Remote,
    Func<NamedModel, Result<TextTokenizer>> Tokenizer,
    ActionParser Parser,
    Computing Computing
)
{
    /// <summary>Those of a pipeline's data set. Where it names no model of its own, the pipeline's plays.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="data">The data set.</param>
    /// <param name="models">Finds models.</param>
    /// <param name="tokenizer">The pipeline's tokenizer.</param>
    /// <param name="parser">How replies are read.</param>
    public static PolicySources Of(
        PipelineConfiguration pipeline,
        DataConfiguration data,
        FoundModels models,
        TextTokenizer tokenizer,
        ActionParser parser
    )
    {
        PlayerConfiguration? player = data.Model ?? new PlayerConfiguration { ReplyLimit = pipeline.Convert.ReplyLimit };
        string? path = player.Path ?? pipeline.Model;
        return new PolicySources(
            () => Needed(path is null ? null : player with { Path = path }, "model", "model: {path: …}"),
            models.Find,
            () => Needed(data.Remote, "remote", "remote: {endpoint: …, model: …}"),
            _ => tokenizer,
            parser,
            new Computing(pipeline.Threads, pipeline.Device)
        );

        Result<T> Needed<T>(T? configuration, string key, string example)
            where T : class =>
            configuration is null
                ? Fault.Configuration($"the {key} policy needs the key `{key}`", $"data '{data.Name}'", $"add `{example}`")
                : configuration;
    }
}
