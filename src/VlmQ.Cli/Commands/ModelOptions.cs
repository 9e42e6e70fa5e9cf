using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>The options of policies that are models: what both kinds have, and those of a model of this machine.</summary>
internal sealed class ModelOptions
{
    private static readonly PlayerConfiguration Usual = new();

    private readonly Option<string?> _model = new("--model")
    {
        Description = "The folder of the model policy's checkpoint, or the name of the model that the remote policy's endpoint serves.",
        HelpName = "DIR|NAME",
    };

    private readonly Option<double?> _temperature = Options.Maybe<double?>(
        "--temperature",
        NumberText.Of(
            $"A model's sampling temperature; without it {Usual.Temperature} for a model here, the endpoint's own for a remote one."
        )
    );

    private readonly Option<int?> _replyLimit = Options.Maybe<int?>(
        "--reply-limit",
        NumberText.Of(
            $"Most tokens of a model's reply; {Usual.ReplyLimit} for a model here, {new RemoteConfiguration().ReplyLimit} for a remote one."
        )
    );

    private readonly Option<bool> _greedy = new("--greedy")
    {
        Description = "The model policy takes the most probable token: no sampling.",
    };
    private readonly Option<int> _topK = Options.Of("--top-k", "The model policy draws from so many most probable tokens; 0 for all.", 0);
    private readonly Option<double> _topP = Options.Of(
        "--top-p",
        "The model policy draws from the most probable tokens that hold this share together; 1 for all.",
        1.0
    );
    private readonly Option<string> _tokenizer = Options.Tokenizer();
    private readonly Option<int> _threads = Options.Threads();

    /// <summary>Most tokens of a reply; null where it is left out.</summary>
    public int? ReplyLimit(ParseResult parsed) => parsed.GetValue(_replyLimit);

    /// <summary>The temperature; null where it is left out.</summary>
    public double? Temperature(ParseResult parsed) => parsed.GetValue(_temperature);

    /// <summary>The folder or name; null where it is left out.</summary>
    public string? Model(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>The tokenizer's name or folder; where it is left out, another one that is given.</summary>
    public string Tokenizer(ParseResult parsed, string? leftOut = null) => parsed.ValueOr(_tokenizer, leftOut);

    /// <summary>Threads of tensor arithmetic.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_model, _temperature, _replyLimit, _greedy, _topK, _topP, _tokenizer, _threads])
        {
            command.Add(option);
        }
    }

    /// <summary>The fault of an option that has no meaning for a policy, or of one outside its range; null where there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="samples">Whether a model of this machine plays.</param>
    public Fault? Check(ParseResult parsed, bool samples) =>
        parsed.AtLeast(_replyLimit, 1)
        ?? parsed.AtLeast(_topK, 0)
        ?? parsed.AtLeast(_threads, 1)
        ?? Invocation.Within(_topP, parsed.GetValue(_topP), 1e-9, 1)
        ?? (
            samples ? null
            : parsed.GetValue(_greedy) || parsed.GetValue(_topK) != 0 || parsed.GetValue(_topP) < 1
                ? Fault.Configuration("--greedy, --top-k and --top-p are of the model policy alone")
            : null
        );

    /// <summary>The fault of a temperature outside its range, which is not the same for both kinds; null where there is none.</summary>
    public Fault? CheckTemperature(ParseResult parsed, double least, double most) =>
        Temperature(parsed) is { } given ? Invocation.Within(_temperature, given, least, most) : null;

    /// <summary>The model of this machine.</summary>
    public Result<PlayerConfiguration> Of(ParseResult parsed)
    {
        if (Model(parsed) is not { } folder)
        {
            return Fault.Configuration("the model policy needs --model", remedy: "name the folder of a checkpoint");
        }
        return CheckTemperature(parsed, PlayerConfiguration.LeastTemperature, PlayerConfiguration.MostTemperature) is { } wrong
            ? wrong
            : new PlayerConfiguration
            {
                Path = folder,
                Greedy = parsed.GetValue(_greedy),
                Temperature = Temperature(parsed) ?? Usual.Temperature,
                TopK = parsed.GetValue(_topK),
                TopP = parsed.GetValue(_topP),
                ReplyLimit = ReplyLimit(parsed) ?? Usual.ReplyLimit,
            };
    }
}
