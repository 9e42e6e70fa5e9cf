namespace VlmQ.Cli.Configuration;

/// <summary>The critics' loss.</summary>
internal enum CriticLossName
{
    SquaredError,
    TwoHot,
    HlGauss,
}
