using Amazon.Runtime;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Storage.Cache;
using VlmQ.Datasets.Storage.Retrying;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Storage.Server;

/// <summary>Datasets on a server, reached with waits short enough for a test.</summary>
internal static class Remote
{
    public const string Location = "s3://bucket/some/dataset";
    public const string Prefix = "bucket/some/dataset/";

    public static RetryOptions Quick { get; } =
        new()
        {
            Attempts = 5,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromMilliseconds(5),
            BreakAfter = 1000,
        };

    /// <summary>For servers that never come to the end of an answer.</summary>
    public static RetryOptions Impatient { get; } = Quick with { AttemptTimeout = TimeSpan.FromMilliseconds(400) };

    /// <summary>Longer than every wait and shorter than the limit of a try.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(30);

    public static S3Connection Connect(
        this FaultyServer server,
        RetryOptions? retry = null,
        CacheSettings? cache = null,
        TimeProvider? clock = null
    ) =>
        new(
            new S3Settings
            {
                Endpoint = server.Endpoint,
                Credentials = new BasicAWSCredentials("test", "test"),
                Retry = retry ?? Quick,
                Cache = cache,
                UploadPieceBytes = 1 << 10,
            },
            clock
        );

    public static S3Objects Objects(this S3Connection connection, string location = Location) =>
        connection.At(S3Location.Parse(location).OrThrow());

    public static IDatasetFiles Files(this S3Connection connection, CancellationToken stop = default) =>
        new S3Files(connection.Objects(), stop);

    /// <summary>Lays a folder's files down on the server.</summary>
    public static void Hold(this FaultyServer server, TemporaryFolder folder)
    {
        foreach (string path in Directory.GetFiles(folder.Path))
        {
            server.Objects[Prefix + Path.GetFileName(path)] = File.ReadAllBytes(path);
        }
    }
}
