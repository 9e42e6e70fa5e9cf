namespace VlmQ.Models.Lora;

/// <summary>Another rank or α for some of the adapted layers, as PEFT's <c>rank_pattern</c> and <c>alpha_pattern</c> have it.</summary>
/// <param name="Modules">A regular expression for a path, or for what follows a dot in it up to its end.</param>
/// <param name="Value">The rank or α of these layers; positive.</param>
public sealed record LoraOverride(string Modules, double Value)
{
    /// <summary>Whether it is meant for a layer.</summary>
    public bool Matches(string module) => ModuleExpression.Matches($"(.*\\.)?({Modules})", module);
}
