namespace VlmQ.Cli.Pipelines;

/// <summary>One row of <c>summary.json</c>.</summary>
/// <param name="Env">The environment's id.</param>
/// <param name="Data">The name of the data set.</param>
/// <param name="Method"><c>base</c>, <c>sft</c> or <c>afsft</c>.</param>
/// <param name="Seed">The seed of data and training.</param>
/// <param name="Decoding"><c>greedy</c> or <c>sample</c>.</param>
/// <param name="SuccessRate">Share of episodes that succeed by the environment's own definition, 0–1.</param>
/// <param name="SyntaxAccuracy">Share of replies that parsed to an action, 0–1.</param>
/// <param name="Failures">The other replies, counted by what was wrong with them.</param>
/// <param name="MeanReturn">Mean undiscounted sum of rewards.</param>
/// <param name="ReachedRate">Share of episodes that the environment ended itself (in NumberLine: the target was reached), 0–1.</param>
/// <param name="Episodes">Number of episodes.</param>
/// <param name="TrainCpuSeconds">CPU seconds of the whole process while training, data stages included.</param>
/// <param name="TrainSteps">Updates.</param>
internal sealed record SummaryResult(
    string Env,
    string Data,
    string Method,
    long Seed,
    string Decoding,
    double SuccessRate,
    double SyntaxAccuracy,
    IReadOnlyDictionary<string, long> Failures,
    double MeanReturn,
    double ReachedRate,
    int Episodes,
    double TrainCpuSeconds,
    int TrainSteps
);
