namespace VlmQ.Cli.Reports.Failures;

/// <summary>A turn of an episode that did not succeed. Texts are shortened where they are long.</summary>
/// <param name="Number">Its place in the episode, from 1.</param>
/// <param name="Picture">What was seen, a PNG file.</param>
/// <param name="Text">What was said of the state in words; empty for nothing.</param>
/// <param name="Reply">What was answered.</param>
/// <param name="Action">The action that the reply names; null for none.</param>
/// <param name="Failure">The kind of what was wrong with the reply; null where it names an action.</param>
/// <param name="Fault">What was wrong with it, in words.</param>
/// <param name="Reward">What it earned.</param>
internal sealed record FailedTurn(
    int Number,
    byte[] Picture,
    string Text,
    string Reply,
    string? Action,
    string? Failure,
    string? Fault,
    float Reward
);
