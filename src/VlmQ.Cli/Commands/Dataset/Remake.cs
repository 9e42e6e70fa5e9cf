using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary>What every command that makes datasets has.</summary>
/// <param name="Target">The folder to write to.</param>
/// <param name="Writer">How datasets are cut into parts.</param>
/// <param name="Progress">Gets the episodes done so far.</param>
/// <param name="Token">Stops it.</param>
internal sealed record Remake(string Target, DatasetWriterOptions Writer, IProgress<long> Progress, CancellationToken Token);
