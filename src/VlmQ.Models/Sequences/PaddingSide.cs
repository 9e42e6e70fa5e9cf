namespace VlmQ.Models.Sequences;

/// <summary>On which side shorter rows of a batch are filled up.</summary>
public enum PaddingSide
{
    /// <summary>Behind the sequence: for training, where a causal model never looks there.</summary>
    Right,

    /// <summary>In front of it: for generation, so that the next token of every row goes into the same column.</summary>
    Left,
}
