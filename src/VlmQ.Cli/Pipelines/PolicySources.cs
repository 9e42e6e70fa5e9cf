using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Pipelines;

/// <summary>What policies that are models need, asked for only where one is named.</summary>
/// <param name="Player">The model of this machine.</param>
/// <param name="Remote">The model behind an endpoint.</param>
/// <param name="Tokenizer">The tokenizer of the model of this machine.</param>
/// <param name="Threads">Threads of tensor arithmetic.</param>
internal sealed record PolicySources(
    Func<Result<PlayerConfiguration>> Player,
    Func<Result<RemoteConfiguration>> Remote,
    Func<Result<TextTokenizer>> Tokenizer,
    int Threads
)
{
    /// <summary>Those of a pipeline's data set.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="tokenizer">The pipeline's tokenizer.</param>
    /// <param name="threads">Threads of tensor arithmetic.</param>
    public static PolicySources Of(DataConfiguration data, TextTokenizer tokenizer, int threads)
    {
        return new PolicySources(
            () => Needed(data.Model, "model", "model: {path: …}"),
            () => Needed(data.Remote, "remote", "remote: {endpoint: …, model: …}"),
            () => tokenizer,
            threads
        );

        Result<T> Needed<T>(T? configuration, string key, string example)
            where T : class =>
            configuration is null
                ? Fault.Configuration($"the {key} policy needs the key `{key}`", $"data '{data.Name}'", $"add `{example}`")
                : configuration;
    }
}
