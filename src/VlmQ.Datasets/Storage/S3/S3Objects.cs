using System.Net;
using Amazon.S3.Model;
using VlmQ.Core.Episodes;
using ByteRange = Amazon.S3.Model.ByteRange;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>The objects below one location, by plain file names. Every request is tried again where that can help.</summary>
internal sealed class S3Objects(S3Connection connection, S3Location location)
{
    private const string DigestName = "x-amz-meta-sha256";

    /// <summary>The location.</summary>
    public S3Location Location { get; } = location;

    /// <summary>The server.</summary>
    public S3Connection Connection { get; } = connection;

    /// <summary>An object's name for messages.</summary>
    public string Where(string name) => $"{Location}/{name}";

    /// <summary>What the store says about an object; null where it is not there.</summary>
    /// <exception cref="FaultException">The store does not say.</exception>
    public Task<ObjectFacts?> FindAsync(string name, CancellationToken cancellationToken)
    {
        GetObjectMetadataRequest request = new() { BucketName = Location.Bucket, Key = Location.KeyOf(name) };
        return RunAsync<ObjectFacts?>(
            name,
            async token =>
            {
                try
                {
                    GetObjectMetadataResponse answer = await Connection.Client.GetObjectMetadataAsync(request, token).ConfigureAwait(false);
                    return new ObjectFacts(answer.ContentLength, TagOf(answer.ETag), answer.Metadata[DigestName]);
                }
                catch (Amazon.S3.AmazonS3Exception exception) when (S3Failures.IsMissing(exception))
                {
                    return null;
                }
            },
            cancellationToken
        );
    }

    /// <summary>Reads bytes from the middle of an object.</summary>
    /// <param name="name">The object.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="target">Where they go; filled wholly.</param>
    /// <param name="tag">The entity tag that the object must still have; null for any.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What the store says about the object.</returns>
    /// <exception cref="FaultException">They cannot be had, or the object is another by now.</exception>
    public Task<ObjectFacts> ReadAsync(string name, long offset, Memory<byte> target, string? tag, CancellationToken cancellationToken)
    {
        long last = offset + target.Length - 1;
        GetObjectRequest request = new()
        {
            BucketName = Location.Bucket,
            Key = Location.KeyOf(name),
            ByteRange = new ByteRange(offset, last),
            EtagToMatch = tag,
        };
        return RunAsync(
            name,
            async token =>
            {
                using GetObjectResponse answer = await Connection.Client.GetObjectAsync(request, token).ConfigureAwait(false);
                if (tag is not null && answer.ETag != tag)
                {
                    throw new FaultException(S3Failures.Replaced(Where(name)));
                }
                if (answer.HttpStatusCode != HttpStatusCode.PartialContent || ContentRange.Parse(answer.ContentRange) is not { } range)
                {
                    throw new UnexpectedAnswerException($"the answer to a ranged read was {(int)answer.HttpStatusCode} without a range");
                }
                if (range.First != offset || (range.Last != last && range.Total > last))
                {
                    throw new UnexpectedAnswerException($"bytes {offset} to {last} were asked for, and others came");
                }
                if (range.Last == last)
                {
                    await answer.ResponseStream.ReadExactlyAsync(target, token).ConfigureAwait(false);
                }
                return new ObjectFacts(range.Total, TagOf(answer.ETag), answer.Metadata[DigestName]);
            },
            cancellationToken
        );
    }

    /// <summary>The objects directly below the location, by name; null where the store does not let them be listed.</summary>
    /// <exception cref="FaultException">The store does not answer.</exception>
    public async Task<SortedDictionary<string, long>?> ListAsync(CancellationToken cancellationToken)
    {
        string start = Location.Prefix.Length == 0 ? "" : Location.Prefix + "/";
        ListObjectsV2Request request = new()
        {
            BucketName = Location.Bucket,
            Prefix = start,
            Delimiter = "/",
        };
        SortedDictionary<string, long> found = new(StringComparer.Ordinal);
        do
        {
            ListObjectsV2Response? page = await RunAsync<ListObjectsV2Response?>(
                    "",
                    async token =>
                    {
                        try
                        {
                            return await Connection.Client.ListObjectsV2Async(request, token).ConfigureAwait(false);
                        }
                        catch (Amazon.S3.AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Forbidden)
                        {
                            return null;
                        }
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (page is null)
            {
                return null;
            }
            foreach (S3Object item in page.S3Objects ?? [])
            {
                if (item.Key.Length > start.Length && item.Key.StartsWith(start, StringComparison.Ordinal))
                {
                    found[item.Key[start.Length..]] = item.Size ?? 0;
                }
            }
            request.ContinuationToken = page.NextContinuationToken;
        } while (request.ContinuationToken is not null);
        return found;
    }

    /// <summary>Makes one request until it succeeds, or it is of no use.</summary>
    public Task<T> RunAsync<T>(string name, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        string where = name.Length == 0 ? Location.ToString() : Where(name);
        return Connection.Calls.RunAsync(call, (failure, tries) => S3Failures.Of(failure, where, tries), cancellationToken);
    }

    // Every store gives one, and without it nobody could say whether two ranges are of the same object.
    private static string TagOf(string? given) =>
        string.IsNullOrEmpty(given) ? throw new UnexpectedAnswerException("the answer names no version of the object") : given;
}
