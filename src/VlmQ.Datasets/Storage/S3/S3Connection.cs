using System.Collections.Concurrent;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage.Cache;
using VlmQ.Datasets.Storage.Retrying;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>One server and all that its callers share: its sockets, its circuit breaker, and the cache. Safe from several threads.</summary>
internal sealed class S3Connection : IDisposable
{
    // As with sockets, there is one for each server in the process: a breaker that each dataset had for itself would protect nothing.
    private static readonly ConcurrentDictionary<S3Settings, Lazy<S3Connection>> OfProcess = new();

    public S3Connection(S3Settings settings, TimeProvider? clock = null)
    {
        Settings = settings;
        AmazonS3Config configuration = new()
        {
            // The one that tries again is RetriedCalls; tries of the SDK's own would multiply with them.
            MaxErrorRetry = 0,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            // Not every compatible server knows the newer checksums; what is sent is signed with its SHA-256, what is read is checked here.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
        {
            configuration.ServiceURL = endpoint;
            configuration.ForcePathStyle = true;
            configuration.AuthenticationRegion = settings.Region ?? "us-east-1";
        }
        else if (settings.Region is { } region)
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        Client = settings.Credentials is { } credentials
            ? new AmazonS3Client(credentials, configuration)
            : new AmazonS3Client(configuration);
        Calls = new RetriedCalls(settings.Retry, S3Failures.IsTransient, S3Failures.WaitOf, clock ?? TimeProvider.System);
        Cache = settings.Cache is { } cache ? new PartCache(cache) : null;
    }

    /// <summary>How the server is reached.</summary>
    public S3Settings Settings { get; }

    /// <summary>Makes single requests.</summary>
    public AmazonS3Client Client { get; }

    /// <summary>Makes them until they succeed, or it is of no use.</summary>
    public RetriedCalls Calls { get; }

    /// <summary>The parts that were read; null where none are kept.</summary>
    public PartCache? Cache { get; }

    /// <summary>The connection that the environment asks for.</summary>
    /// <returns>The connection, or the fault of settings with which there can be none.</returns>
    public static Result<S3Connection> Open() => S3Settings.FromEnvironment().Bind(Open);

    /// <summary>The objects at a location.</summary>
    public S3Objects At(S3Location location) => new(this, location);

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    private static Result<S3Connection> Open(S3Settings settings)
    {
        try
        {
            return OfProcess.GetOrAdd(settings, key => new Lazy<S3Connection>(() => new S3Connection(key))).Value;
        }
        catch (AmazonClientException exception)
        {
            return Fault.Configuration(
                "the store cannot be reached: " + exception.Reason().Split('\n')[0],
                settings.Endpoint ?? "s3",
                "set AWS_REGION or AWS_ENDPOINT_URL_S3, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE"
            );
        }
    }
}
