using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Models;

/// <summary>Models by name. Each is found once, so that its files are read for its digest once, however often it plays.</summary>
internal sealed class FoundModels
{
    private readonly Dictionary<string, NamedModel> _found = new(StringComparer.Ordinal);

    /// <summary>The model of a name: see <see cref="NamedModel.Find"/>.</summary>
    public Result<NamedModel> Find(string name) =>
        _found.TryGetValue(name, out NamedModel? known) ? known : NamedModel.Find(name).Map(model => _found[name] = model);
}
