using System.Text.Json.Serialization;

namespace VlmQ.Learning;

/// <summary>What one discount γ stands for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DiscountUnit>))]
public enum DiscountUnit
{
    /// <summary>γ between turns, 1 between the tokens of a turn.</summary>
    Turn,

    /// <summary>γ at every token.</summary>
    Token,
}
