using System.ComponentModel.DataAnnotations;
using VlmQ.Collection.Remote;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Configuration;

/// <summary>A model behind an OpenAI-compatible endpoint. Its key is no part of a configuration: it comes from the environment alone.</summary>
internal sealed record RemoteConfiguration
{
    /// <summary>The environment variable that holds the endpoint's key; unset or empty for an endpoint that takes none.</summary>
    public const string KeyVariable = "VLMQ_API_KEY";

    public const int MostAtOnce = 1024;
    public const int MostAttempts = 100;
    public const double LeastTimeout = 0.1;
    public const double MostTimeout = 86400;
    public const double MostTemperature = 100;

    /// <summary>The root of the interface, such as <c>http://localhost:8000/v1</c>.</summary>
    [Required]
    public string Endpoint { get; init; } = "";

    /// <summary>The name of the model that the endpoint serves.</summary>
    [Required]
    public string Model { get; init; } = "";

    /// <summary>Sampling temperature; null for the endpoint's own.</summary>
    [Range(0.0, MostTemperature)]
    public double? Temperature { get; init; }

    /// <summary>Most tokens of a reply.</summary>
    [Range(1, int.MaxValue)]
    public int ReplyLimit { get; init; } = 256;

    /// <summary>Requests at once.</summary>
    [Range(1, MostAtOnce)]
    public int Concurrency { get; init; } = 8;

    /// <summary>Most tokens asked for in a minute; null for no limit.</summary>
    [Range(1, int.MaxValue)]
    public int? TokensPerMinute { get; init; }

    /// <summary>Times that a request is tried in all.</summary>
    [Range(1, MostAttempts)]
    public int Attempts { get; init; } = 6;

    /// <summary>Seconds that the endpoint has for an answer.</summary>
    [Range(LeastTimeout, MostTimeout)]
    public double Timeout { get; init; } = 120;

    /// <summary>The policy, which is to be disposed of.</summary>
    public Result<RemotePolicy> MakePolicy()
    {
        string? key = System.Environment.GetEnvironmentVariable(KeyVariable);
        return RemoteModel
            .Of(Endpoint, Model)
            .Map(found => new RemotePolicy(
                found with
                {
                    ReplyLimit = ReplyLimit,
                    Temperature = Temperature,
                    Concurrency = Concurrency,
                    TokensPerMinute = TokensPerMinute,
                    Retries = found.Retries with { Attempts = Attempts, AttemptTimeout = TimeSpan.FromSeconds(Timeout) },
                },
                string.IsNullOrEmpty(key) ? null : key,
                TimeProvider.System
            ));
    }
}
