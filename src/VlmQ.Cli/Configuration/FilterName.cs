namespace VlmQ.Cli.Configuration;

/// <summary>f(A).</summary>
internal enum FilterName
{
    Binary,
    Exponential,
    LeakyRelu,
    None,
}
