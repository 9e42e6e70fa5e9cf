namespace VlmQ.Core.Environments;

/// <summary>An environment as the catalog lists it; it is made when it is first asked for.</summary>
public sealed class EnvironmentEntry
{
    private readonly Lazy<IEnvironment> _environment;

    /// <param name="name">The short name, for example <c>numberline</c>.</param>
    /// <param name="id">The id, for example <c>gym_cards/NumberLine-v0</c>.</param>
    /// <param name="make">Makes the environment, once.</param>
    public EnvironmentEntry(string name, string id, Func<IEnvironment> make)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(id);
        Name = name;
        Id = id;
        _environment = new Lazy<IEnvironment>(make);
    }

    /// <summary>The short name.</summary>
    public string Name { get; }

    /// <summary>The environment's id.</summary>
    public string Id { get; }

    /// <summary>The environment itself.</summary>
    public IEnvironment Environment => _environment.Value;
}
