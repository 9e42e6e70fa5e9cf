using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Pipelines;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>The options that say who plays.</summary>
internal sealed class PolicyOptions
{
    private static readonly PolicySettings Usual = new();

    private readonly Option<string> _policy = Options.Of(
        "--policy",
        "random (valid actions), noisy (a share of malformed replies), expert, model (a trained one), remote (a model behind an endpoint), or a "
            + "mixture such as expert=0.5,noisy=0.5 or model=0.9,random=0.1.",
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
        Usual.MixBy
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

    /// <summary>Whether a policy is named.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetResult(_policy) is { Implicit: false };

    /// <summary>Who plays; it is to be disposed of.</summary>
    public Result<ChosenPolicy> Of(ParseResult parsed, ImmutableArray<IEnvironment> environments)
    {
        string name = parsed.GetValue(_policy)!;
        bool samples = NamedPolicies.Names(name, NamedPolicies.Model);
        Fault? wrong =
            OutOfRange(parsed, _malformed)
            ?? OutOfRange(parsed, _epsilon)
            ?? Models.Check(parsed, samples)
            ?? (
                samples && NamedPolicies.Names(name, NamedPolicies.Remote)
                    ? Fault.Configuration("--model names one model, but the mixture has two", name, "mix a model here or a remote one")
                    : null
            );
        if (wrong is not null)
        {
            return wrong;
        }
        PolicySettings settings = new()
        {
            Name = name,
            Malformed = parsed.GetValue(_malformed),
            Malformations = parsed.GetValue(_malformations)!,
            Epsilon = parsed.GetValue(_epsilon),
            MixBy = parsed.GetValue(_mixBy),
        };
        return ChosenPolicy.Of(
            settings,
            environments,
            new PolicySources(
                () => Models.Of(parsed),
                () => _remote.Of(parsed, Models),
                () => Tokenizers.Load(Models.Tokenizer(parsed)),
                Models.Threads(parsed)
            )
        );
    }

    private static Fault? OutOfRange(ParseResult parsed, Option<double> option) => Invocation.Within(option, parsed.GetValue(option), 0, 1);
}
