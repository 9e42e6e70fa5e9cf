namespace TorchSharp.Utils;

/// <summary>The name that a field's module, parameter or buffer is registered under, in place of the field's.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
