namespace VlmQ.Learning;

/// <summary>What a checkpoint says of itself.</summary>
/// <param name="Format">See <see cref="Checkpoint.Format"/>.</param>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Options">How the model was trained.</param>
/// <param name="TokenizerDigest">The digest of the tokenizer that the model's token ids belong to.</param>
/// <param name="DataCursor">Where the data stream stood, in its own words; empty where there is nothing to resume.</param>
public sealed record CheckpointInfo(string Format, long Step, LearnerOptions Options, string TokenizerDigest, string DataCursor);
