using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>What collecting made.</summary>
/// <param name="Manifest">The dataset.</param>
/// <param name="Replies">All its replies, those of an earlier run that was gone on with included.</param>
internal sealed record CollectOutcome(DatasetManifest Manifest, ReplyGroup Replies);
