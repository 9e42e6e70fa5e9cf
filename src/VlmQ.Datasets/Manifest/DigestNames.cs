namespace VlmQ.Datasets.Manifest;

/// <summary>Names of the digests that a manifest carries.</summary>
public static class DigestNames
{
    /// <summary>The dataset that this one was made from.</summary>
    public const string Source = "source";

    /// <summary>The tokenizer's files.</summary>
    public const string Tokenizer = "tokenizer";

    /// <summary>The prompt template and the parsers.</summary>
    public const string Template = "template";

    /// <summary>All other configuration that decides the bytes.</summary>
    public const string Config = "config";
}
