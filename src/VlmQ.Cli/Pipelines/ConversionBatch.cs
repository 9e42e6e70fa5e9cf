using System.Collections.Immutable;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Pipelines;

/// <summary>Several datasets that are converted in the same way, one after the other. A bad one does not keep back the others.</summary>
internal sealed record ConversionBatch
{
    /// <summary>The folders of episodes.</summary>
    public required ImmutableArray<string> Sources { get; init; }

    /// <summary>The folder of transitions for each source.</summary>
    public required ImmutableArray<string> Targets { get; init; }

    public required TextTokenizer Tokenizer { get; init; }

    public required ConversionOptions Options { get; init; }

    /// <summary>Goes on with what an earlier conversion left; otherwise a target that holds a dataset is a fault.</summary>
    public bool Resume { get; init; } = true;

    /// <summary>What would be done; nothing is written.</summary>
    public Task<Outcome<ConversionPlan>> PlanAsync(CancellationToken token) =>
        EachAsync((source, target) => DatasetConversion.PlanAsync(source, target, Tokenizer, Options, token), token);

    /// <summary>Converts.</summary>
    public Task<Outcome<ConversionSummary>> RunAsync(IProgressBoard board, CancellationToken token) =>
        EachAsync(
            (source, target) =>
                ConvertStage.RunAsync(
                    Sources.Length == 1 ? "convert" : $"convert {source}",
                    source,
                    target,
                    Tokenizer,
                    Options,
                    board,
                    token
                ),
            token
        );

    private async Task<Outcome<T>> EachAsync<T>(Func<string, string, Task<Result<T>>> work, CancellationToken token)
    {
        ImmutableArray<T>.Builder done = ImmutableArray.CreateBuilder<T>();
        ImmutableArray<Fault>.Builder faults = ImmutableArray.CreateBuilder<Fault>();
        foreach ((string source, string target) in Sources.Zip(Targets))
        {
            token.ThrowIfCancellationRequested();
            switch (Earlier.Refusal(target, Resume) is { } refused ? refused : await work(source, target).ConfigureAwait(false))
            {
                case Result<T>.Ok ok:
                    done.Add(ok.Value);
                    break;
                case Result<T>.Failed failed:
                    faults.Add(failed.Fault);
                    break;
                default:
                    throw new InvalidOperationException();
            }
        }
        return new Outcome<T>(done.ToImmutable(), faults.ToImmutable());
    }

    /// <summary>How a batch ended.</summary>
    /// <param name="Done">What came of the sources that could be used, in their order.</param>
    /// <param name="Faults">What was wrong with the others.</param>
    internal sealed record Outcome<T>(ImmutableArray<T> Done, ImmutableArray<Fault> Faults);
}
