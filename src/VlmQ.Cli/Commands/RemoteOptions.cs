using System.CommandLine;
using VlmQ.Cli.Terminal;
using VlmQ.Collection.Remote;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>The options of the policy that asks a model behind an endpoint.</summary>
internal sealed class RemoteOptions
{
    /// <summary>The name by which <c>--policy</c> chooses it.</summary>
    public const string PolicyName = "remote";

    /// <summary>Most tokens of a remote model's reply where nothing is said.</summary>
    public const int UsualReplyLimit = 256;

    private const string KeyVariable = "VLMQ_API_KEY";

    private readonly Option<string?> _endpoint = Options.Maybe<string>(
        "--endpoint",
        $"The remote policy's OpenAI-compatible endpoint, such as http://localhost:8000/v1; its key, if any, is read from {KeyVariable}."
    );

    private readonly Option<string?> _model = Options.Maybe<string>("--model", "The name of the model that the endpoint serves.");
    private readonly Option<int> _concurrency = Options.Of("--concurrency", "Requests to the endpoint at once.", 8);
    private readonly Option<int?> _tokens = Options.Maybe<int?>(
        "--tokens-per-minute",
        "Most tokens asked for in a minute; no limit without it."
    );
    private readonly Option<double> _timeout = Options.Of("--timeout", "Seconds that the endpoint has for an answer.", 120.0);
    private readonly Option<int> _attempts = Options.Of("--attempts", "Times that a request is tried in all.", 6);

    /// <param name="temperature">What the help says of <c>--temperature</c>.</param>
    /// <param name="replyLimit">What it says of <c>--reply-limit</c>.</param>
    public RemoteOptions(
        string temperature = "A remote model's sampling temperature; the endpoint's own without it.",
        string replyLimit = "Most tokens of a remote model's reply; 256 without it."
    )
    {
        Temperature = Options.Maybe<double?>("--temperature", temperature);
        ReplyLimit = Options.Maybe<int?>("--reply-limit", replyLimit);
    }

    /// <summary>The sampling temperature; null where it is left out.</summary>
    public Option<double?> Temperature { get; }

    /// <summary>Most tokens of a reply; null where it is left out.</summary>
    public Option<int?> ReplyLimit { get; }

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_endpoint, _model, Temperature, ReplyLimit, _concurrency, _tokens, _timeout, _attempts])
        {
            command.Add(option);
        }
    }

    /// <summary>The policy, which is to be disposed of.</summary>
    public Result<RemotePolicy> Of(ParseResult parsed)
    {
        Fault? wrong =
            parsed.AtLeast(ReplyLimit, 1)
            ?? parsed.AtLeast(_concurrency, 1)
            ?? parsed.AtMost(_concurrency, 1024)
            ?? parsed.AtLeast(_tokens, 1)
            ?? parsed.AtLeast(_attempts, 1)
            ?? parsed.AtMost(_attempts, 100)
            ?? OutOf(_timeout, parsed.GetValue(_timeout), 0.1, 86400)
            ?? OutOf(Temperature, parsed.GetValue(Temperature) ?? 0, 0, 100);
        if (wrong is not null)
        {
            return wrong;
        }
        if (parsed.GetValue(_endpoint) is not { } endpoint || parsed.GetValue(_model) is not { } model)
        {
            return Fault.Configuration(
                "the remote policy needs --endpoint and --model",
                remedy: "name both, as in --endpoint http://localhost:8000/v1 --model NAME"
            );
        }
        string? key = Environment.GetEnvironmentVariable(KeyVariable);
        return RemoteModel
            .Of(endpoint, model)
            .Map(found => new RemotePolicy(
                found with
                {
                    ReplyLimit = parsed.GetValue(ReplyLimit) ?? UsualReplyLimit,
                    Temperature = parsed.GetValue(Temperature),
                    Concurrency = parsed.GetValue(_concurrency),
                    TokensPerMinute = parsed.GetValue(_tokens),
                    Retries = found.Retries with
                    {
                        Attempts = parsed.GetValue(_attempts),
                        AttemptTimeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout)),
                    },
                },
                string.IsNullOrEmpty(key) ? null : key,
                TimeProvider.System
            ));
    }

    private static Fault? OutOf(Option option, double value, double least, double most) =>
        value >= least && value <= most
            ? null
            : Fault.Configuration(NumberText.Of($"{option.Name} must be in {least} … {most}; it is {value}"));
}
