namespace VlmQ.Cli.Configuration;

/// <summary>How the learning rate falls.</summary>
internal enum DecayName
{
    Constant,
    Linear,
    Cosine,
}
