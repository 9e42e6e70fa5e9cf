using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules under their numbers.</summary>
public sealed class ModuleList<T> : nn.Module, IList<T>
    where T : nn.Module
{
    private readonly List<T> _modules = [];

    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<T>))
    {
        foreach (var module in modules)
        {
            Add(module);
        }
    }

    public int Count => _modules.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => _modules[index];
        set => throw new NotSupportedException("A module that is in a list stays there.");
    }

    public void Add(T item)
    {
        register_module(_modules.Count.ToString(CultureInfo.InvariantCulture), item);
        _modules.Add(item);
    }

    public void append(T module) => Add(module);

    public int IndexOf(T item) => _modules.IndexOf(item);

    public bool Contains(T item) => _modules.Contains(item);

    public void CopyTo(T[] array, int arrayIndex) => _modules.CopyTo(array, arrayIndex);

    public void Insert(int index, T item) => throw new NotSupportedException("A module that is in a list keeps its number.");

    public bool Remove(T item) => throw new NotSupportedException("A module that is in a list keeps its number.");

    public void RemoveAt(int index) => throw new NotSupportedException("A module that is in a list keeps its number.");

    public void Clear() => throw new NotSupportedException("A module that is in a list keeps its number.");

    public IEnumerator<T> GetEnumerator() => _modules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
