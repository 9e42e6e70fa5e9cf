using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>
/// A parameter that a module holds under a name of a checkpoint's choosing, for code that reads it under its own. Moving or converting
/// the module puts another object in its place; this finds the one that is there.
/// </summary>
/// <param name="initial">What is held at first.</param>
internal sealed class HeldParameter(Parameter initial)
{
    private (nn.Module Module, string Name)? _holder;

    /// <summary>The parameter.</summary>
    public Parameter Value => _holder is { } holder ? holder.Module.get_parameter(holder.Name)! : initial;

    /// <summary>Makes a module hold it.</summary>
    public void PutInto(nn.Module module, string name)
    {
        module.register_parameter(name, initial);
        _holder = (module, name);
    }
}
