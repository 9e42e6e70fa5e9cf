using System.Collections.Immutable;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using static TorchSharp.torch;

namespace VlmQ.Models.Lora;

/// <summary>One adapter of a model: the low-rank additions to its linear layers.</summary>
public sealed class LoraAdapters : IDisposable
{
    /// <summary>The file that describes an adapter.</summary>
    public const string ConfigFileName = PeftFolder.ConfigFileName;

    /// <summary>The file that holds its weights.</summary>
    public const string WeightsFileName = PeftFolder.WeightsFileName;

    private readonly ImmutableSortedDictionary<string, LoraAdapter> _byModule;

    /// <param name="options">Rank, scale and targets.</param>
    /// <param name="linears">The layers that may be adapted, by path.</param>
    /// <param name="key">Starts the adapters.</param>
    /// <exception cref="ArgumentException">No layer matches the options' targets.</exception>
    public LoraAdapters(LoraOptions options, IReadOnlyDictionary<string, (long Out, long In)> linears, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(linears);
        Options = options;
        string[] modules = [.. linears.Keys.Where(options.Matches)];
        if (modules.Length == 0)
        {
            throw new ArgumentException($"No linear layer matches {string.Join(", ", options.TargetModules)}.", nameof(options));
        }
        _byModule = modules.ToImmutableSortedDictionary(
            module => module,
            module => new LoraAdapter(module, linears[module].Out, linears[module].In, options, key),
            StringComparer.Ordinal
        );
    }

    private LoraAdapters(LoraAdapters other)
    {
        Options = other.Options;
        _byModule = other._byModule.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Copy(), StringComparer.Ordinal);
    }

    /// <summary>Rank, scale and targets.</summary>
    public LoraOptions Options { get; }

    /// <summary>The layers' additions, by path in ordinal order.</summary>
    public IEnumerable<LoraAdapter> All => _byModule.Values;

    /// <summary>A layer's addition; null where it has none.</summary>
    public LoraAdapter? Find(string module) => _byModule.GetValueOrDefault(module);

    /// <summary>A and B of every layer under the names in PEFT's files.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters()
    {
        foreach (LoraAdapter adapter in All)
        {
            yield return (PeftFolder.NameOfA(adapter.Module), adapter.A);
            yield return (PeftFolder.NameOfB(adapter.Module), adapter.B);
        }
    }

    /// <summary>Moves every adapter to where its model lies.</summary>
    internal void MoveTo(Device device)
    {
        foreach (LoraAdapter adapter in All)
        {
            adapter.MoveTo(device);
        }
    }

    /// <summary>A copy with weights of its own, as a policy needs that acts while the original learns on.</summary>
    public LoraAdapters Copy() => new(this);

    /// <summary>Writes both files into a folder.</summary>
    public void Save(string folder) => PeftFolder.Write(this, folder);

    /// <summary>Reads both files for a model's layers.</summary>
    /// <param name="folder">Holds <see cref="ConfigFileName"/> and <see cref="WeightsFileName"/>.</param>
    /// <param name="linears">The model's layers that may be adapted.</param>
    public static Result<LoraAdapters> Load(string folder, IReadOnlyDictionary<string, (long Out, long In)> linears) =>
        PeftFolder.Read(folder, linears);

    /// <summary>Reads the weights of an adapter that was written for the same layers and ranks.</summary>
    /// <exception cref="FaultException">A weight is missing, left over or of another shape.</exception>
    public void ReadWeights(string folder) => PeftFolder.ReadWeights(this, folder);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoraAdapter adapter in All)
        {
            adapter.Dispose();
        }
    }
}
