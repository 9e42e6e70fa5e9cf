using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules under names, in order.</summary>
public sealed class ModuleDict<T> : nn.Module, IEnumerable<(string, T)>
    where T : nn.Module
{
    private readonly TorchSharp.Utils.OrderedDict<string, T> _modules = new();

    public ModuleDict(params (string, T)[] modules)
        : base(nameof(ModuleDict<T>))
    {
        foreach (var (name, module) in modules)
        {
            Add(name, module);
        }
    }

    public int Count => _modules.Count;

    public IEnumerable<string> Keys => _modules.Keys;

    public IEnumerable<T> Values => _modules.Values;

    public T this[string key] => _modules[key];

    public void Add(string key, T value)
    {
        register_module(key, value);
        _modules.Add(key, value);
    }

    public bool ContainsKey(string key) => _modules.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _modules.TryGetValue(key, out value);

    public IEnumerator<(string, T)> GetEnumerator() => _modules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
