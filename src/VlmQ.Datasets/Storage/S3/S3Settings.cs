using Amazon.Runtime;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage.Cache;
using VlmQ.Datasets.Storage.Retrying;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>How S3-compatible stores are reached. Keys are never part of it: the SDK finds them where AWS's own tools do.</summary>
public sealed record S3Settings
{
    /// <summary>The server's address; null for AWS's own. Buckets are then part of the path, not of the host's name.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The region; null for what the profile says, or <c>us-east-1</c> where there is an <see cref="Endpoint"/>.</summary>
    public string? Region { get; init; }

    /// <summary>How requests are tried again.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>Where parts that were read are kept; null keeps none.</summary>
    public CacheSettings? Cache { get; init; }

    /// <summary>Bytes of a file's pieces when it is sent in several; at least 5 MiB but for tests. A smaller file is sent in one.</summary>
    public int UploadPieceBytes { get; init; } = 8 << 20;

    /// <summary>Who asks; null for the environment, the profile or the machine's own role.</summary>
    internal AWSCredentials? Credentials { get; init; }

    /// <summary>
    /// What <c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c>, <c>AWS_REGION</c>, <c>AWS_DEFAULT_REGION</c>, <c>VLMQ_CACHE</c> and
    /// <c>VLMQ_CACHE_SIZE</c> say.
    /// </summary>
    /// <returns>The settings, or the fault of a value that cannot be understood.</returns>
    public static Result<S3Settings> FromEnvironment()
    {
        string? endpoint = Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL");
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"))
        {
            return Fault.Configuration("it is not the address of a server", endpoint, "set AWS_ENDPOINT_URL_S3 to http://… or https://…");
        }
        return CacheSettings
            .FromEnvironment()
            .Map(cache => new S3Settings
            {
                Endpoint = endpoint,
                Region = Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION"),
                Cache = cache,
            });
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
