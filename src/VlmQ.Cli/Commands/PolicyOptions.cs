using System.CommandLine;
using VlmQ.Collection.Policies;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>The options that say which scripted policy plays.</summary>
internal sealed class PolicyOptions
{
    private static readonly PolicySettings Usual = new();

    private readonly Option<string> _policy = Options.Of(
        "--policy",
        "random (valid actions), noisy (a share of malformed replies), expert, a mixture such as expert=0.5,noisy=0.5, or remote (a model "
            + "behind an endpoint).",
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

    public void AddTo(Command command)
    {
        command.Add(_policy);
        command.Add(_malformed);
        command.Add(_malformations);
        command.Add(_epsilon);
        command.Add(_mixBy);
    }

    /// <summary>Whether a policy is named.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetResult(_policy) is { Implicit: false };

    public Result<PolicySettings> Of(ParseResult parsed) =>
        (OutOfRange(parsed, _malformed) ?? OutOfRange(parsed, _epsilon)) is { } fault
            ? fault
            : new PolicySettings
            {
                Name = parsed.GetValue(_policy)!,
                Malformed = parsed.GetValue(_malformed),
                Malformations = parsed.GetValue(_malformations)!,
                Epsilon = parsed.GetValue(_epsilon),
                MixBy = parsed.GetValue(_mixBy),
            };

    private static Fault? OutOfRange(ParseResult parsed, Option<double> option) =>
        parsed.GetValue(option) is var share and not (>= 0 and <= 1)
            ? Fault.Configuration(Terminal.NumberText.Of($"{option.Name} must be in 0 … 1; it is {share}"))
            : null;
}
