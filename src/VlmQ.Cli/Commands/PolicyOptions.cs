using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Commands;

/// <summary>The options that say who plays.</summary>
internal sealed class PolicyOptions
{
    private static readonly PolicySettings Usual = new();

    private readonly Option<string> _policy = Options.Of(
        "--policy",
        "random (valid actions), noisy (a share of malformed replies), expert, model (that of --model), remote (a model behind an endpoint), or a "
            + "mixture such as expert=0.5,noisy=0.5 or model=0.9,random=0.1; where it is left out, the --model or --endpoint that is named.",
        Usual.Name
    );

    private readonly Option<double> _malformed = Options.Of(
        "--malformed",
        "Share of malformed replies of the noisy policy, 0 to 1.",
        Usual.Malformed
    );

    private readonly Option<string> _malformations = Options.Of(
        "--malformations",
        $"Their kinds with weights, such as cut=3,fence=1; of {string.Join(", ", Enum.GetNames<Malformation>()).ToLowerInvariant()}; "
            + "the first five in equal shares where none are named.",
        Usual.Malformations
    );

    private readonly Option<double> _epsilon = Options.Of("--epsilon", "Share of random actions of the expert, 0 to 1.", Usual.Epsilon);

    private readonly Option<MixtureUnit> _mixBy = Options.Of(
        "--mix-by",
        "What a mixture draws a policy for: an episode or a turn.",
        Usual.MixBy,
        Enum.GetValues<MixtureUnit>()
    );

    private readonly RemoteOptions _remote = new();

    /// <summary>The options of policies that are models.</summary>
    public ModelOptions Models { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(_policy);
        command.Add(_malformed);
        command.Add(_malformations);
        command.Add(_epsilon);
        command.Add(_mixBy);
        Models.AddTo(command);
        _remote.AddTo(command);
    }

    /// <summary>Whether a policy is named: by itself, or by the endpoint that it asks.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetResult(_policy) is { Implicit: false } || _remote.IsNamed(parsed);

    /// <summary>The model of this machine that plays, alone or in a mixture; null where none does.</summary>
    public Result<NamedModel?> Model(ParseResult parsed) =>
        Check(parsed) is { } wrong ? wrong
        : Samples(parsed) && Models.Model(parsed) is { } name ? NamedModel.Find(name).Map(model => (NamedModel?)model)
        : new Result<NamedModel?>.Ok(null);

    /// <summary>Who plays; it is to be disposed of.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environments">Where.</param>
    /// <param name="parser">How replies are read, which is what a model's can be held to.</param>
    public Result<ChosenPolicy> Of(ParseResult parsed, ImmutableArray<IEnvironment> environments, ActionParser parser) =>
        Of(parsed, parser, (settings, sources) => ChosenPolicy.Of(settings, environments, sources));

    /// <summary>The same, but for finding out what is wrong: see <see cref="ChosenPolicy.Look"/>.</summary>
    public Result<ChosenPolicy> Look(ParseResult parsed, ImmutableArray<IEnvironment> environments, ActionParser parser) =>
        Of(parsed, parser, (settings, sources) => ChosenPolicy.Look(settings, environments, sources));

    private Result<ChosenPolicy> Of(ParseResult parsed, ActionParser parser, Func<PolicySettings, PolicySources, Result<ChosenPolicy>> make)
    {
        if (Check(parsed) is { } wrong)
        {
            return wrong;
        }
        PolicySettings settings = new()
        {
            Name = Name(parsed),
            Malformed = parsed.GetValue(_malformed),
            Malformations = parsed.GetValue(_malformations)!,
            Epsilon = parsed.GetValue(_epsilon),
            MixBy = parsed.GetValue(_mixBy),
        };
        return make(
            settings,
            new PolicySources(
                () =>
                    Models.Model(parsed) is { } model
                        ? Models.Of(parsed, model)
                        : Fault.Configuration("the model policy needs --model", remedy: "name the model's folder"),
                NamedModel.Find,
                () => _remote.Of(parsed, Models),
                model => model.OpenTokenizer(Models.Tokenizer(parsed)),
                parser,
                Models.Computing(parsed)
            )
        );
    }

    private Fault? Check(ParseResult parsed) =>
        OutOfRange(parsed, _malformed)
        ?? OutOfRange(parsed, _epsilon)
        ?? Models.Check(parsed, Samples(parsed))
        ?? PassedOver(parsed, Name(parsed))
        ?? (
            Samples(parsed) && NamedPolicies.Names(Name(parsed), NamedPolicies.Remote)
                ? Fault.Configuration("--model names one model, but the mixture has two", Name(parsed), "mix a model here or a remote one")
                : null
        );

    /// <summary>The fault of an option that says nothing of the policy that plays; null where there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">The policy, or a mixture.</param>
    public Fault? PassedOver(ParseResult parsed, string name)
    {
        bool asks = NamedPolicies.Names(name, NamedPolicies.Remote);
        (Option Option, bool Says, string Of)[] all =
        [
            (_malformed, NamedPolicies.Names(name, "noisy"), "the noisy policy"),
            (_malformations, NamedPolicies.Names(name, "noisy"), "the noisy policy"),
            (_epsilon, NamedPolicies.Names(name, "expert"), "the expert"),
            (_mixBy, NamedPolicies.IsMixture(name), "mixtures"),
            .. _remote.All.Select(option => (option, asks, "the remote policy")),
            .. Models.OfAnyModel.Select(option =>
                (option, asks || NamedPolicies.Names(name, NamedPolicies.Model), "policies that are models")
            ),
        ];
        return all.FirstOrDefault(each => !each.Says && parsed.GetResult(each.Option) is { Implicit: false }) is { Option: { } option } over
            ? Fault.Configuration(
                $"{option.Name} is of {over.Of}, but '{name}' plays",
                remedy: $"name another --policy, or leave {option.Name} out"
            )
            : null;
    }

    private bool Samples(ParseResult parsed) => NamedPolicies.Names(Name(parsed), NamedPolicies.Model);

    // A model or an endpoint that is named is meant to play.
    private string Name(ParseResult parsed) =>
        parsed.GetResult(_policy) is { Implicit: false } ? parsed.GetValue(_policy)!
        : _remote.IsNamed(parsed) ? NamedPolicies.Remote
        : Models.Model(parsed) is not null ? NamedPolicies.Model
        : Usual.Name;

    private static Fault? OutOfRange(ParseResult parsed, Option<double> option) => Invocation.Within(option, parsed.GetValue(option), 0, 1);
}
