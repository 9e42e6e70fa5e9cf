namespace VlmQ.Cli.Configuration;

/// <summary>The type that a model's weights are kept in.</summary>
internal enum WeightsName
{
    /// <summary>That of its files where adapters are trained, float32 where the weights themselves are.</summary>
    Stored,

    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>The high half of an IEEE single.</summary>
    Bfloat16,

    /// <summary>IEEE half precision.</summary>
    Float16,
}
