using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage.Retrying;

namespace VlmQ.Collection.Remote;

/// <summary>A model behind an endpoint that speaks OpenAI's chat completions: a hosted one, vLLM, Ollama, llama.cpp.</summary>
public sealed record RemoteModel
{
    private RemoteModel(Uri endpoint, string name)
    {
        Endpoint = endpoint;
        Name = name;
    }

    /// <summary>The root of the interface, for example <c>http://localhost:8000/v1</c>; without a key or password in it.</summary>
    public Uri Endpoint { get; }

    /// <summary>The name by which the endpoint knows the model.</summary>
    public string Name { get; }

    /// <summary>A reply is cut after so many tokens; at least 1.</summary>
    public int ReplyLimit { get; init; } = 256;

    /// <summary>Sampling temperature; null for the endpoint's own.</summary>
    public double? Temperature { get; init; }

    /// <summary>Requests that are under way at once; at least 1.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Tokens that may be asked for in a minute, an estimate of the prompt's and the picture's and the limit of the reply;
    /// null for no such limit.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>A longer answer is no answer of a model.</summary>
    public int MostBytes { get; init; } = 16 << 20;

    /// <summary>How a request is tried again.</summary>
    public RetryOptions Retries { get; init; } =
        new()
        {
            Attempts = 6,
            FirstDelay = TimeSpan.FromMilliseconds(500),
            LongestDelay = TimeSpan.FromMinutes(2),
            AttemptTimeout = TimeSpan.FromMinutes(2),
        };

    /// <summary>The model of an address and a name, or what is wrong with them.</summary>
    public static Result<RemoteModel> Of(string endpoint, string name)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            return Fault.Configuration($"'{endpoint}' is no address of an endpoint", remedy: "write it as http://localhost:8000/v1");
        }
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            return Fault.Configuration(
                "the endpoint's address has more than scheme, host, port and path",
                remedy: "the key comes from the environment variable VLMQ_API_KEY"
            );
        }
        return string.IsNullOrWhiteSpace(name)
            ? Fault.Configuration("the remote model has no name", remedy: "name one that the endpoint serves")
            : new RemoteModel(address, name);
    }

    /// <summary>What decides the replies beside seeds and prompts.</summary>
    public string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}, {ReplyLimit} tokens, temperature {(Temperature is { } value ? value.ToString("R", CultureInfo.InvariantCulture) : "of the endpoint")}"
        );
}
