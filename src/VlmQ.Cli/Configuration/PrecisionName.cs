namespace VlmQ.Cli.Configuration;

/// <summary>Precision of matrix products.</summary>
internal enum PrecisionName
{
    Float32,
    Bfloat16,
}
