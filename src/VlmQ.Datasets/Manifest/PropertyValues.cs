namespace VlmQ.Datasets.Manifest;

/// <summary>Values of a manifest's properties that have a meaning of their own.</summary>
public static class PropertyValues
{
    /// <summary>What a property of a merged dataset has where those that it was made from do not agree.</summary>
    public const string Differs = "(not the same for all episodes)";
}
