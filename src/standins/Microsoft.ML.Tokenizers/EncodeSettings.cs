namespace Microsoft.ML.Tokenizers;

/// <summary>How one text is encoded.</summary>
public struct EncodeSettings
{
    /// <summary>No limit on the number of tokens.</summary>
    public EncodeSettings()
    {
        ConsiderNormalization = true;
        ConsiderPreTokenization = true;
        MaxTokenCount = int.MaxValue;
    }

    public bool ConsiderNormalization { get; set; }

    /// <summary>Whether the text is split into words and special tokens first; otherwise it is merged as one word.</summary>
    public bool ConsiderPreTokenization { get; set; }

    public int MaxTokenCount { get; set; }
}
