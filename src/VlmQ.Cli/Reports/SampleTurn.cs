using System.Collections.Immutable;

namespace VlmQ.Cli.Reports;

/// <summary>A turn of the data set with what the model made of each reply token.</summary>
internal sealed record SampleTurn(string Label, byte[] Png, string Prompt, float Reward, bool Valid, ImmutableArray<SampleToken> Tokens);
