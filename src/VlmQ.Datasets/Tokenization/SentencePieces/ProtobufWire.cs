namespace VlmQ.Datasets.Tokenization.SentencePieces;

/// <summary>How a field of a protocol buffer is written.</summary>
internal enum ProtobufWire
{
    /// <summary>A number, seven bits a byte.</summary>
    Varint = 0,

    /// <summary>Eight bytes.</summary>
    Fixed64 = 1,

    /// <summary>A length, then as many bytes.</summary>
    Length = 2,

    /// <summary>Four bytes.</summary>
    Fixed32 = 5,
}
