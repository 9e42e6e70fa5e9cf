using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Models.Devices;

namespace VlmQ.Cli.Commands;

/// <summary>The options of policies that are models: what both kinds have, and those of a model of this machine.</summary>
internal sealed class ModelOptions
{
    private static readonly PlayerConfiguration Usual = new();

    private readonly Option<string?> _model = new("--model")
    {
        Description = $"The model that plays: {NamedModelOptions.Names}. With --endpoint, the name of the model that it serves.",
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

    private readonly Option<bool> _greedy = new("--greedy") { Description = "A model here takes the most probable token: no sampling." };

    private readonly DecodingOptions _decodings = new();
    private readonly Option<string?> _tokenizer = NamedModelOptions.Tokenizer();
    private readonly Option<int> _threads = Options.Threads();
    private readonly Option<string> _device = Options.Device();

    /// <summary>The options that say something of a model here and of a remote one alike.</summary>
    public IReadOnlyList<Option> OfAnyModel => [_model, _temperature, _replyLimit];

    /// <summary>Most tokens of a reply; null where it is left out.</summary>
    public int? ReplyLimit(ParseResult parsed) => parsed.GetValue(_replyLimit);

    /// <summary>The temperature; null where it is left out.</summary>
    public double? Temperature(ParseResult parsed) => parsed.GetValue(_temperature);

    /// <summary>The folder or name; null where it is left out.</summary>
    public string? Model(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>The tokenizer's name or folder; null for the model's own.</summary>
    public string? Tokenizer(ParseResult parsed) => parsed.GetValue(_tokenizer);

    /// <summary>Where a model of this machine is computed.</summary>
    public Computing Computing(ParseResult parsed) => new(parsed.GetValue(_threads), parsed.GetValue(_device)!);

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_model, _temperature, _replyLimit, _greedy, _tokenizer, _threads, _device])
        {
            command.Add(option);
        }
        _decodings.AddTo(command);
    }

    /// <summary>The fault of an option that has no meaning for a policy, or of one outside its range; null where there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="samples">Whether a model of this machine plays.</param>
    public Fault? Check(ParseResult parsed, bool samples) =>
        parsed.AtLeast(_replyLimit, 1)
        ?? parsed.AtLeast(_threads, 1)
        ?? ComputeDevice.Refusal(parsed.GetValue(_device)!)
        ?? _decodings.Check(parsed)
        ?? (
            samples ? CheckTemperature(parsed, DecodingConfiguration.LeastTemperature, DecodingConfiguration.MostTemperature)
            : parsed.GetValue(_greedy) || _decodings.IsGiven(parsed)
                ? Fault.Configuration($"--greedy, {DecodingOptions.Names} are of a model here alone")
            : null
        );

    /// <summary>The fault of a temperature outside its range, which is not the same for both kinds; null where there is none.</summary>
    public Fault? CheckTemperature(ParseResult parsed, double least, double most) =>
        Temperature(parsed) is { } given ? Invocation.Within(_temperature, given, least, most) : null;

    /// <summary>How the model of this machine plays.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The model's folder or name.</param>
    /// <param name="otherwise">What is taken for what is left out; null for the usual.</param>
    public Result<PlayerConfiguration> Of(ParseResult parsed, string path, PipelineConfiguration? otherwise = null) =>
        Check(parsed, samples: true) is { } wrong
            ? wrong
            : _decodings.Of(parsed, otherwise?.Evaluate) with
            {
                Path = path,
                Greedy = parsed.GetValue(_greedy),
                Temperature = Temperature(parsed) ?? otherwise?.Evaluate.Temperature ?? Usual.Temperature,
                ReplyLimit = ReplyLimit(parsed) ?? otherwise?.Convert.ReplyLimit ?? Usual.ReplyLimit,
            };
}
