using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>The options of the policy that asks a model behind an endpoint.</summary>
internal sealed class RemoteOptions
{
    private static readonly RemoteConfiguration Usual = new();

    private readonly Option<string?> _endpoint = Options.Maybe<string>(
        "--endpoint",
        "The remote policy's OpenAI-compatible endpoint, such as http://localhost:8000/v1; its key, if any, is read from "
            + $"{RemoteConfiguration.KeyVariable}."
    );

    private readonly Option<int> _concurrency = Options.Of("--concurrency", "Requests to the endpoint at once.", Usual.Concurrency);
    private readonly Option<int?> _tokens = Options.Maybe<int?>(
        "--tokens-per-minute",
        "Most tokens asked for in a minute; no limit without it."
    );
    private readonly Option<double> _timeout = Options.Of("--timeout", "Seconds that the endpoint has for an answer.", Usual.Timeout);
    private readonly Option<int> _attempts = Options.Of("--attempts", "Times that a request is tried in all.", Usual.Attempts);

    /// <summary>Whether an endpoint is named.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_endpoint) is not null;

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_endpoint, _concurrency, _tokens, _timeout, _attempts];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The model behind the endpoint.</summary>
    public Result<RemoteConfiguration> Of(ParseResult parsed, ModelOptions models)
    {
        Fault? wrong =
            parsed.AtLeast(_concurrency, 1)
            ?? parsed.AtMost(_concurrency, RemoteConfiguration.MostAtOnce)
            ?? parsed.AtLeast(_tokens, 1)
            ?? parsed.AtLeast(_attempts, 1)
            ?? parsed.AtMost(_attempts, RemoteConfiguration.MostAttempts)
            ?? Invocation.Within(_timeout, parsed.GetValue(_timeout), RemoteConfiguration.LeastTimeout, RemoteConfiguration.MostTimeout)
            ?? models.CheckTemperature(parsed, 0, RemoteConfiguration.MostTemperature);
        if (wrong is not null)
        {
            return wrong;
        }
        if (parsed.GetValue(_endpoint) is not { } endpoint || models.Model(parsed) is not { } model)
        {
            return Fault.Configuration(
                "the remote policy needs --endpoint and --model",
                remedy: "name both, as in --endpoint http://localhost:8000/v1 --model NAME"
            );
        }
        return new RemoteConfiguration
        {
            Endpoint = endpoint,
            Model = model,
            Temperature = models.Temperature(parsed),
            ReplyLimit = models.ReplyLimit(parsed) ?? Usual.ReplyLimit,
            Concurrency = parsed.GetValue(_concurrency),
            TokensPerMinute = parsed.GetValue(_tokens),
            Timeout = parsed.GetValue(_timeout),
            Attempts = parsed.GetValue(_attempts),
        };
    }
}
