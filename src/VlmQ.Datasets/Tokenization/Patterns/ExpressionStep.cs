namespace VlmQ.Datasets.Tokenization.Patterns;

/// <summary>What a step of an expression's program does.</summary>
internal enum StepKind
{
    /// <summary>The expression matches here.</summary>
    Match,

    /// <summary>Takes one value of a set and goes on at the next step.</summary>
    Take,

    /// <summary>Goes on at the next step if a value of a set follows.</summary>
    Follows,

    /// <summary>Goes on at the next step unless a value of a set follows.</summary>
    NotFollows,

    /// <summary>Goes on at both of two steps and prefers the first.</summary>
    Fork,

    /// <summary>Goes on at another step.</summary>
    Jump,
}

/// <summary>One step of an expression's program.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Set">The set that it takes from or looks for.</param>
/// <param name="First">Where it goes on.</param>
/// <param name="Second">Where it goes on as well, if that fails.</param>
internal readonly record struct ExpressionStep(StepKind Kind, RuneSet? Set = null, int First = 0, int Second = 0);
