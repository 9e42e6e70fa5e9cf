namespace VlmQ.Core.Tokens;

/// <summary>
/// Rows that are trained on together: windows of consecutive turns, so that the value of a turn's next state is computed by the same
/// forward pass, in row <see cref="NextRow"/>. A window that stops before its episode does is followed by one row that is only
/// bootstrapped from (no reply). All arrays are row-major; lists shorter than the longest are padded on the right with zeros.
/// </summary>
public sealed record TurnBatch
{
    /// <summary>Number of rows, bootstrap-only rows included.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows of a picture.</summary>
    public required int ImageHeight { get; init; }

    /// <summary>Pixels in a picture's row.</summary>
    public required int ImageWidth { get; init; }

    /// <summary>8-bit RGB, <c>[rows, height, width, 3]</c>; may be longer (pooled).</summary>
    public required byte[] Images { get; init; }

    /// <summary>Tokens of the longest prompt.</summary>
    public required int PromptWidth { get; init; }

    /// <summary><c>[rows, promptWidth]</c>, the image placeholder included.</summary>
    public required int[] PromptIds { get; init; }

    /// <summary><c>[rows]</c>, at least 1.</summary>
    public required int[] PromptLengths { get; init; }

    /// <summary>Tokens of the longest reply, at least 1.</summary>
    public required int ReplyWidth { get; init; }

    /// <summary><c>[rows, replyWidth]</c>.</summary>
    public required int[] ReplyIds { get; init; }

    /// <summary><c>[rows]</c>; 0 in a row that is only bootstrapped from.</summary>
    public required int[] ReplyLengths { get; init; }

    /// <summary><c>[rows, replyWidth]</c>.</summary>
    public required float[] Rewards { get; init; }

    /// <summary><c>[rows]</c>: the reply parsed to an action.</summary>
    public required bool[] Valid { get; init; }

    /// <summary><c>[rows]</c>: the environment ended in this turn; nothing is bootstrapped.</summary>
    public required bool[] Terminated { get; init; }

    /// <summary><c>[rows]</c>: the row of the next turn (or of the final observation); −1 in terminated and bootstrap-only rows.</summary>
    public required int[] NextRow { get; init; }

    /// <summary><c>[rows]</c>: undiscounted sum of rewards from this turn on.</summary>
    public required float[] ReturnToGo { get; init; }

    /// <summary>Rows that are learned from: those with a reply.</summary>
    public int TrainedRows => ReplyLengths.AsSpan(0, Rows).Length - ReplyLengths.AsSpan(0, Rows).Count(0);
}
