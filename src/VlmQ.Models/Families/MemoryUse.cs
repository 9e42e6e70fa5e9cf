namespace VlmQ.Models.Families;

/// <summary>What a model is asked to do, for an estimate of its memory.</summary>
public sealed record MemoryUse
{
    /// <summary>Sequences at once.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Positions of a sequence: picture, prompt and reply.</summary>
    public required int Sequence { get; init; }

    /// <summary>Tokens of a reply, which alone go through the heads.</summary>
    public int ReplyTokens { get; init; } = 32;

    /// <summary>Parameters of the adapters that are trained; null where the weights themselves are.</summary>
    public long? AdapterParameters { get; init; }

    /// <summary>The critic heads.</summary>
    public CriticSettings Critics { get; init; } = new();

    /// <summary>Whether layers are computed again on the way back.</summary>
    public bool Recomputes { get; init; }

    /// <summary>Whether the vision encoder trains.</summary>
    public bool TrainsVision { get; init; }

    /// <summary>Reply positions that go through the heads at once.</summary>
    public int HeadChunk { get; init; } = 64;

    /// <summary>Bytes of a stored weight: 4, or 2 for 16 bits; activations are float32.</summary>
    public int WeightBytes { get; init; } = 4;
}
