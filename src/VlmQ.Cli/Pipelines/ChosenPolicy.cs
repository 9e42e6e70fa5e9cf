using System.Collections.Immutable;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Collection.Policies;
using VlmQ.Collection.Remote;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Pipelines;

/// <summary>
/// Who plays some environments: a policy for each, which share their models. Holds those and connections until it is disposed of.
/// </summary>
internal sealed class ChosenPolicy : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private readonly List<Func<string>> _settings = [];
    private readonly Dictionary<string, IPolicy> _models = [];
    private readonly bool _plays;

    private ChosenPolicy(string name, bool plays)
    {
        Name = name;
        _plays = plays;
    }

    /// <summary>What tables call it: the name that it was chosen by, and a remote model's own.</summary>
    public string Name { get; private set; }

    /// <summary>The policy of each environment.</summary>
    public ImmutableArray<IPolicy> OfEach { get; private set; } = [];

    /// <summary>That of the only environment.</summary>
    public IPolicy Policy => OfEach.Single();

    /// <summary>Episodes that its model is best to play side by side; null where the usual number is.</summary>
    public int? Lanes { get; private set; }

    /// <summary>
    /// What of its settings is not as by default, and what decides the replies of its models; empty where nothing is. All files of a model of
    /// this machine are read for it.
    /// </summary>
    public string Settings => string.Join("; ", _settings.Select(part => part()).Where(part => part.Length > 0));

    /// <summary>The policies that some settings describe, or a fault that says what is wrong with them.</summary>
    public static Result<ChosenPolicy> Of(PolicySettings settings, ImmutableArray<IEnvironment> environments, PolicySources sources) =>
        Make(settings, environments, sources, plays: true);

    /// <summary>
    /// The same, but for finding out what is wrong: of a model of this machine the configuration, the tokenizer and the header of the
    /// weights are read, and no weight. It does not play.
    /// </summary>
    public static Result<ChosenPolicy> Look(PolicySettings settings, ImmutableArray<IEnvironment> environments, PolicySources sources) =>
        Make(settings, environments, sources, plays: false);

    private static Result<ChosenPolicy> Make(
        PolicySettings settings,
        ImmutableArray<IEnvironment> environments,
        PolicySources sources,
        bool plays
    )
    {
        ChosenPolicy chosen = new(settings.Name, plays);
        chosen._settings.Add(settings.Describe);
        try
        {
            foreach (IEnvironment environment in environments)
            {
                chosen.OfEach = chosen.OfEach.Add(NamedPolicies.Make(settings, environment, name => chosen.Model(name, sources)).OrThrow());
            }
            chosen.Name = chosen.OfEach[0] is RemotePolicy remote ? remote.Name : settings.Name;
            return chosen;
        }
        catch (FaultException exception)
        {
            chosen.Dispose();
            return exception.Fault;
        }
        catch
        {
            chosen.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _held.ForEach(held => held.Dispose());

    private Result<IPolicy> Model(string name, PolicySources sources)
    {
        if (_models.TryGetValue(name, out IPolicy? known))
        {
            return new Result<IPolicy>.Ok(known);
        }
        return (name == NamedPolicies.Remote ? Remote(sources) : Player(sources)).Map(made => _models[name] = made);
    }

    private Result<IPolicy> Remote(PolicySources sources) =>
        sources
            .Remote()
            .Bind(configuration => configuration.MakePolicy())
            .Bind(policy =>
            {
                _held.Add(policy);
                _settings.Add(() => policy.Settings);
                return new Result<IPolicy>.Ok(policy);
            });

    private Result<IPolicy> Player(PolicySources sources) =>
        Meant(
            sources,
            (player, model, tokenizer) =>
            {
                _settings.Add(() => $"model {model.Digest}, tokenizer {tokenizer.Digest}, {player.Describe()}");
                if (!_plays)
                {
                    // In the place of the model.
                    return TrainedModel.Check(model, tokenizer) is { } fault ? fault : new Result<IPolicy>.Ok(new RandomPolicy());
                }
                return TrainedModel
                    .Open(model, tokenizer, sources.Computing)
                    .Bind(opened =>
                    {
                        _held.Add(opened);
                        Lanes = opened.Lanes;
                        return new Result<IPolicy>.Ok(opened.Policy(player, sources.Parser));
                    });
            }
        );

    private static Result<IPolicy> Meant(
        PolicySources sources,
        Func<PlayerConfiguration, NamedModel, TextTokenizer, Result<IPolicy>> use
    ) =>
        sources
            .Player()
            .Bind(player =>
                sources.Model(player.Path!).Bind(model => sources.Tokenizer(model).Bind(tokenizer => use(player, model, tokenizer)))
            );
}
