using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>A module that only gives its parts the names that a published checkpoint has for them.</summary>
internal sealed class NamedModules() : nn.Module(nameof(NamedModules))
{
    /// <summary>Names a part.</summary>
    public NamedModules Add(string name, nn.Module part)
    {
        register_module(name, part);
        return this;
    }

    /// <summary>Names a parameter.</summary>
    public NamedModules Add(string name, Parameter parameter)
    {
        register_parameter(name, parameter);
        return this;
    }

    /// <summary>Names a parameter that is read elsewhere.</summary>
    public NamedModules Add(string name, HeldParameter parameter)
    {
        parameter.PutInto(this, name);
        return this;
    }
}
