namespace VlmQ.Cli.Configuration;

/// <summary>What one γ stands for.</summary>
internal enum DiscountUnitName
{
    Turn,
    Token,
}
