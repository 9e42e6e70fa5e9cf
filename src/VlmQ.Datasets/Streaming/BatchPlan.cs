using System.Collections.Immutable;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>The windows of a batch with the row groups that hold them, to be decoded and collated. Each group is held once a window.</summary>
internal sealed record BatchPlan(ImmutableArray<(Window Window, LoadedGroup Group)> Windows, StreamPosition Position, StreamPosition Next);
