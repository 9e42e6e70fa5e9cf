using System.Collections.Immutable;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Importing;

/// <summary>What an import would come to.</summary>
/// <param name="Format">What the files are.</param>
/// <param name="Episodes">Episodes that it would make.</param>
/// <param name="Turns">Their turns.</param>
/// <param name="Rejects">Episodes that cannot be used.</param>
/// <param name="FirstRejects">The first few of these.</param>
public sealed record ImportPlan(ImportFormat Format, long Episodes, long Turns, long Rejects, ImmutableArray<Reject> FirstRejects);
