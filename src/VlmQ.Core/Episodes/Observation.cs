using VlmQ.Core.Imaging;

namespace VlmQ.Core.Episodes;

/// <summary>What the agent is shown at the start of a turn.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Goal">The task in words; empty where the environment states none.</param>
/// <param name="Text">State in words that goes into the prompt; empty where the picture alone shows the state.</param>
public sealed record Observation(RgbImage Image, string Goal, string Text);
