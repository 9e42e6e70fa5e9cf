namespace VlmQ.Datasets.Manifest;

/// <summary>What a dataset's rows are.</summary>
public enum DatasetKind
{
    /// <summary>What happened: <c>vlmq-episodes/1</c>.</summary>
    Episodes,

    /// <summary>What a given model would learn from: <c>vlmq-transitions/1</c>.</summary>
    Transitions,
}
