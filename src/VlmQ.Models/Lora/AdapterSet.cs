using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Lora;

/// <summary>
/// The adapters attached to a model, by name, and which of them act. All share the model's frozen weights: a policy that acts with one
/// adapter while another one learns costs no second copy of them. An adapter that does not act gets no gradient either.
/// </summary>
public sealed class AdapterSet : IDisposable
{
    /// <summary>The name of a model's only adapter, as in PEFT.</summary>
    public const string DefaultName = "default";

    private readonly SortedDictionary<string, LoraAdapters> _byName = new(StringComparer.Ordinal);
    private string[] _active = [];
    private AdapterDropout? _dropout;

    /// <summary>True when nothing is attached.</summary>
    public bool IsEmpty => _byName.Count == 0;

    /// <summary>The names of the attached adapters, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>The names of those that act, in the order in which they are added up.</summary>
    public IReadOnlyList<string> Active => _active;

    /// <summary>An attached adapter.</summary>
    /// <exception cref="KeyNotFoundException">None has this name.</exception>
    public LoraAdapters this[string name] =>
        _byName.TryGetValue(name, out LoraAdapters? adapters)
            ? adapters
            : throw new KeyNotFoundException($"No adapter is called '{name}', only {string.Join(", ", _byName.Keys)}.");

    /// <summary>The attached adapter of this name; null where there is none.</summary>
    public LoraAdapters? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Makes these adapters act, and no others. Those that act can learn.</summary>
    /// <exception cref="KeyNotFoundException">None has one of the names.</exception>
    public void Activate(params IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] active = [.. names.Distinct(StringComparer.Ordinal)];
        foreach (string name in active)
        {
            _ = this[name];
        }
        _active = active;
        foreach ((string name, LoraAdapters adapters) in _byName)
        {
            foreach ((_, Parameter parameter) in adapters.NamedParameters())
            {
                parameter.requires_grad = active.Contains(name, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Makes these adapters act until the result is disposed, then those that act now.</summary>
    public IDisposable Activated(params IReadOnlyCollection<string> names)
    {
        string[] before = _active;
        Activate(names);
        return new Restoring(() => Activate(before));
    }

    /// <summary>
    /// Leaves inputs of A out, as each adapter's <see cref="LoraOptions.Dropout"/> says, until the result is disposed; null, as without:
    /// nothing is left out. What is computed again for its gradient must see the same.
    /// </summary>
    public IDisposable Dropping(AdapterDropout? dropout)
    {
        AdapterDropout? before = _dropout;
        _dropout = dropout;
        return new Restoring(() => _dropout = before);
    }

    /// <summary>Gives what follows its place among rows, where rows are computed in pieces: see <see cref="AdapterDropout"/>.</summary>
    public IDisposable FromRow(long row)
    {
        AdapterDropout? before = _dropout;
        _dropout = before is { } dropout ? dropout with { FirstRow = row } : null;
        return new Restoring(() => _dropout = before);
    }

    /// <summary>Whether an acting adapter adds to a layer.</summary>
    public bool Adapts(string module)
    {
        foreach (string name in _active)
        {
            if (_byName[name].Find(module) is not null)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// What a linear layer puts out with the acting adapters: y + Σ s·B(A(dropout(x))). The sum is float32 and rounded to the type of y
    /// once, so that bfloat16 and float16 weights lose nothing to their adapters.
    /// </summary>
    /// <param name="module">The layer's path.</param>
    /// <param name="input">x, <c>[…, in]</c>.</param>
    /// <param name="output">y, W·x + b, <c>[…, out]</c>.</param>
    /// <param name="kernels">How products are computed.</param>
    /// <param name="precision">Their precision.</param>
    /// <returns><c>[…, out]</c>, of y's type; y itself where no adapter acts on the layer.</returns>
    public Tensor Add(string module, Tensor input, Tensor output, IKernels kernels, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Tensor result = output;
        foreach (string name in _active)
        {
            if (_byName[name].Find(module) is not { } adapter)
            {
                continue;
            }
            using DisposeScope scope = NewDisposeScope();
            Tensor x = input;
            if (_dropout is { } dropout && _byName[name].Options.Dropout is > 0 and double share)
            {
                x = input * dropout.Factors(name + ":" + module, input, share);
            }
            result = (result + adapter.Product(x, kernels, precision)).MoveToOuterDisposeScope();
        }
        return result.dtype == output.dtype ? result : result.to(output.dtype);
    }

    /// <summary>
    /// A layer's weight with what the acting adapters add, W + Σ s·B·A, for models whose kernels take whole weights. The sum is float32
    /// and rounded to W's type once. Dropout does not reach it.
    /// </summary>
    /// <returns><c>[out, in]</c>; W itself where no adapter acts on the layer.</returns>
    public Tensor Effective(string module, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        LoraAdapter[] acting = [.. _active.Select(name => _byName[name].Find(module)).OfType<LoraAdapter>()];
        if (acting.Length <= 1)
        {
            return acting.Length == 0 ? weight : acting[0].Effective(weight);
        }
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = weight.to(ScalarType.Float32);
        foreach (LoraAdapter adapter in acting)
        {
            sum = adapter.Effective(sum);
        }
        return sum.to(weight.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A and B of the adapters that act, under the names in PEFT's files; those of an adapter that is not the default one carry its name,
    /// as PEFT's models have them in memory.
    /// </summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters()
    {
        foreach (string name in _active)
        {
            foreach ((string stored, Parameter parameter) in _byName[name].NamedParameters())
            {
                yield return (name == DefaultName ? stored : PeftFolder.NameOf(stored, name), parameter);
            }
        }
    }

    /// <summary>
    /// Writes every attached adapter in PEFT's layout: the default one into the folder itself, any other into a folder of its name in it.
    /// </summary>
    public void Save(string folder)
    {
        foreach ((string name, LoraAdapters adapters) in _byName)
        {
            adapters.Save(FolderOf(folder, name));
        }
    }

    /// <summary>Reads the weights of every attached adapter from where <see cref="Save"/> wrote them.</summary>
    /// <exception cref="VlmQ.Core.Episodes.FaultException">A weight is missing, left over or of another shape.</exception>
    public void ReadWeights(string folder)
    {
        foreach ((string name, LoraAdapters adapters) in _byName)
        {
            adapters.ReadWeights(FolderOf(folder, name));
        }
    }

    /// <summary>The folder of an adapter in a model's folder.</summary>
    public static string FolderOf(string folder, string name) => name == DefaultName ? folder : Path.Combine(folder, name);

    /// <summary>The names of the adapters that a model's folder holds, the default one first.</summary>
    public static IReadOnlyList<string> NamesIn(string folder)
    {
        List<string> names = HasAdapter(folder) ? [DefaultName] : [];
        names.AddRange(
            Directory.EnumerateDirectories(folder).Where(HasAdapter).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)
        );
        return names;

        static bool HasAdapter(string folder) => File.Exists(Path.Combine(folder, LoraAdapters.ConfigFileName));
    }

    /// <summary>Takes an adapter away and disposes of it.</summary>
    /// <exception cref="KeyNotFoundException">None has this name.</exception>
    public void Remove(string name)
    {
        LoraAdapters removed = this[name];
        Activate([.. _active.Where(active => active != name)]);
        _byName.Remove(name);
        removed.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoraAdapters adapters in _byName.Values)
        {
            adapters.Dispose();
        }
        _byName.Clear();
        _active = [];
    }

    /// <summary>Attaches an adapter, which acts beside those that act already.</summary>
    /// <exception cref="ArgumentException">The name is no plain name of a folder.</exception>
    /// <exception cref="InvalidOperationException">There is one of this name.</exception>
    internal void Attach(string name, LoraAdapters adapters)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains('.', StringComparison.Ordinal) || Path.GetFileName(name) != name)
        {
            throw new ArgumentException($"'{name}' names no adapter: it holds a dot or a slash.", nameof(name));
        }
        if (!_byName.TryAdd(name, adapters))
        {
            throw new InvalidOperationException($"The model has an adapter '{name}' already; merge or remove it first.");
        }
        Activate([.. _active, name]);
    }

    private sealed class Restoring(Action restore) : IDisposable
    {
        private Action? _restore = restore;

        public void Dispose() => Interlocked.Exchange(ref _restore, null)?.Invoke();
    }
}
