using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>The options that say how a model's replies are sampled, but for the temperature.</summary>
/// <param name="constrains">Whether replies can be held to an environment's actions.</param>
internal sealed class DecodingOptions(bool constrains = true)
{
    /// <summary>Their names.</summary>
    public const string Names = "--top-k, --top-p, --repetition-penalty and --constrain";

    private static readonly PlayerConfiguration Usual = new();

    private readonly Option<int> _topK = Options.Of("--top-k", "Samples among the k most probable tokens; 0: among all.", Usual.TopK);

    private readonly Option<double> _topP = Options.Of(
        "--top-p",
        "Samples among the most probable tokens that hold this share together; 1: among all.",
        Usual.TopP
    );

    private readonly Option<double> _penalty = Options.Of(
        "--repetition-penalty",
        "Divides the logits of tokens that the reply holds already; at least 1.",
        Usual.RepetitionPenalty
    );

    private readonly Option<ConstraintName> _constrain = Options.Of(
        "--constrain",
        "Holds replies to those that name one of the environment's actions: action, or thoughts for free thoughts in front of it; none for any.",
        Usual.Constrain,
        Enum.GetValues<ConstraintName>()
    );

    public void AddTo(Command command)
    {
        command.Add(_topK);
        command.Add(_topP);
        command.Add(_penalty);
        if (constrains)
        {
            command.Add(_constrain);
        }
    }

    /// <summary>Whether one of them is not as by default.</summary>
    public bool IsGiven(ParseResult parsed) => Of(parsed) != Usual;

    /// <summary>The fault of one outside its range; null where there is none.</summary>
    public Fault? Check(ParseResult parsed) =>
        parsed.AtLeast(_topK, 0)
        ?? Invocation.Within(_topP, parsed.GetValue(_topP), DecodingConfiguration.LeastTopP, 1)
        ?? Invocation.Within(_penalty, parsed.GetValue(_penalty), 1, DecodingConfiguration.MostPenalty);

    /// <summary>What they say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">What is taken for what is left out; null for the usual.</param>
    public PlayerConfiguration Of(ParseResult parsed, DecodingConfiguration? otherwise = null) =>
        Usual with
        {
            TopK = parsed.ValueOr(_topK, otherwise?.TopK),
            TopP = parsed.ValueOr(_topP, otherwise?.TopP),
            RepetitionPenalty = parsed.ValueOr(_penalty, otherwise?.RepetitionPenalty),
            Constrain = constrains ? parsed.ValueOr(_constrain, otherwise?.Constrain) : Usual.Constrain,
        };
}
