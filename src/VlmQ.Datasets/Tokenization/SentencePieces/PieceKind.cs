namespace VlmQ.Datasets.Tokenization.SentencePieces;

/// <summary>What a piece is, with the numbers of the file.</summary>
internal enum PieceKind
{
    /// <summary>Made by merging.</summary>
    Normal = 1,

    /// <summary>Stands for what has no other.</summary>
    Unknown = 2,

    /// <summary>Steers the model; never found in a text.</summary>
    Control = 3,

    /// <summary>Found in a text as a whole, before anything merges.</summary>
    UserDefined = 4,

    /// <summary>Takes no part.</summary>
    Unused = 5,

    /// <summary>A byte, <c>&lt;0x0A&gt;</c>.</summary>
    Byte = 6,
}
