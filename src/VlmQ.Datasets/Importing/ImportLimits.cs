namespace VlmQ.Datasets.Importing;

/// <summary>What a stranger's files may ask for. Each is far beyond honest data and far below a machine's memory.</summary>
internal static class ImportLimits
{
    /// <summary>Bytes of one conversation, pictures inside it included.</summary>
    public const int ConversationBytes = 32 << 20;

    /// <summary>How deep a conversation's JSON may nest.</summary>
    public const int JsonDepth = 32;

    /// <summary>Characters of a picture's path: as many as Linux takes. Following a path costs the square of its length.</summary>
    public const int PathChars = 4096;

    /// <summary>Bytes of one picture file.</summary>
    public const int PictureBytes = 32 << 20;

    /// <summary>Bytes of the pictures of one episode of Parquet rows; they are in memory at once.</summary>
    public const long EpisodeBytes = 512L << 20;

    /// <summary>Rows of one episode.</summary>
    public const int EpisodeRows = 1 << 20;

    /// <summary>Values of one column in one row group.</summary>
    public const int GroupValues = 1 << 26;

    /// <summary>Tasks that a table of tasks may list.</summary>
    public const int Tasks = 1 << 20;
}
