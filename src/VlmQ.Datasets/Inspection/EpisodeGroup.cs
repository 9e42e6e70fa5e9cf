namespace VlmQ.Datasets.Inspection;

/// <summary>Episodes of one environment and policy in numbers.</summary>
/// <param name="Environment">The environment; empty for transitions, which do not name it.</param>
/// <param name="Policy">The policy; empty for transitions.</param>
/// <param name="Episodes">Episodes.</param>
/// <param name="Turns">Rows with a reply.</param>
/// <param name="Length">Turns of an episode.</param>
/// <param name="Return">The undiscounted sum of an episode's rewards.</param>
/// <param name="SuccessRate">Share of successes among the episodes that have a verdict, 0–1; null where none has.</param>
/// <param name="SyntaxRate">Share of replies that parsed to an action, 0–1.</param>
/// <param name="TerminatedRate">Share of episodes that the environment ended, 0–1; the others were cut.</param>
public sealed record EpisodeGroup(
    string Environment,
    string Policy,
    long Episodes,
    long Turns,
    NumberRange Length,
    NumberRange Return,
    double? SuccessRate,
    double SyntaxRate,
    double TerminatedRate
);
