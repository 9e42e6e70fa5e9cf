using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters under their numbers.</summary>
public sealed class ParameterList : nn.Module, IEnumerable<Parameter>
{
    public ParameterList(params Parameter[] parameters)
        : base(nameof(ParameterList))
    {
        foreach (var parameter in parameters)
        {
            Add(parameter);
        }
    }

    public int Count { get; private set; }

    public Parameter this[int index] => Registered(index.ToString(CultureInfo.InvariantCulture));

    public void Add(Parameter item)
    {
        register_parameter(Count.ToString(CultureInfo.InvariantCulture), item);
        Count++;
    }

    public IEnumerator<Parameter> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
