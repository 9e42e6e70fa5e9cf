using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>
/// Sends files to a store: small ones in one request, larger ones in pieces, so that what a broken connection costs is one piece. An
/// object appears whole, with its digest noted, or not at all. Pieces that an interrupted push left are kept where they are the same.
/// </summary>
/// <param name="objects">Where the files go.</param>
internal sealed class S3Upload(S3Objects objects)
{
    private const string DigestName = "sha256";
    private const int MostPieces = 10_000;

    private AmazonS3Client Client => objects.Connection.Client;

    private string Bucket => objects.Location.Bucket;

    /// <summary>Sends a file, unless the store has an object of that name with the same length and noted digest.</summary>
    /// <param name="name">Its name there.</param>
    /// <param name="source">Its bytes, from which can be read anywhere.</param>
    /// <param name="sha256">Their digest.</param>
    /// <param name="cancellationToken">Stops it; pieces that were sent stay for the next time.</param>
    /// <returns>True where it was sent, false where it was there.</returns>
    /// <exception cref="FaultException">The store does not take it.</exception>
    public async Task<bool> SendAsync(string name, Stream source, string sha256, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(name, source.Length, sha256, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }
        if (source.Length <= objects.Connection.Settings.UploadPieceBytes)
        {
            await SendWholeAsync(name, source, sha256, cancellationToken).ConfigureAwait(false);
            return true;
        }
        // An upload that was begun for another content notes that one's digest; then all pieces are sent again.
        foreach (bool mayGoOn in (bool[])[true, false])
        {
            await SendPiecesAsync(name, source, sha256, mayGoOn, cancellationToken).ConfigureAwait(false);
            if (await IsThereAsync(name, source.Length, sha256, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }
        throw new FaultException(
            Fault.External("the store did not keep what was sent", objects.Where(name), "check that it is S3-compatible, then push again")
        );
    }

    private async Task<bool> IsThereAsync(string name, long bytes, string sha256, CancellationToken cancellationToken) =>
        await objects.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } facts
        && facts.Bytes == bytes
        && facts.Sha256 == sha256;

    private async Task SendWholeAsync(string name, Stream source, string sha256, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[source.Length];
        source.Position = 0;
        await source.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        await objects
            .RunAsync(
                name,
                token =>
                {
                    PutObjectRequest request = new()
                    {
                        BucketName = Bucket,
                        Key = objects.Location.KeyOf(name),
                        InputStream = new MemoryStream(bytes),
                        UseChunkEncoding = false,
                    };
                    request.Metadata[DigestName] = sha256;
                    return Client.PutObjectAsync(request, token);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task SendPiecesAsync(string name, Stream source, string sha256, bool mayGoOn, CancellationToken cancellationToken)
    {
        string? begun = mayGoOn ? await FindUploadAsync(name, cancellationToken).ConfigureAwait(false) : null;
        IReadOnlyDictionary<int, string> there = begun is null
            ? new Dictionary<int, string>()
            : await PiecesAsync(name, begun, cancellationToken).ConfigureAwait(false);
        string upload = begun ?? await BeginAsync(name, sha256, cancellationToken).ConfigureAwait(false);
        int size = (int)Math.Max(objects.Connection.Settings.UploadPieceBytes, (source.Length + MostPieces - 1) / MostPieces);
        List<PartETag> pieces = [];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            source.Position = 0;
            int read;
            while (
                (read = await source.ReadAtLeastAsync(buffer.AsMemory(0, size), size, false, cancellationToken).ConfigureAwait(false)) > 0
            )
            {
                int number = pieces.Count + 1;
                string tag = $"\"{Convert.ToHexStringLower(MD5.HashData(buffer.AsSpan(0, read)))}\"";
                string sent =
                    there.TryGetValue(number, out string? same) && same == tag
                        ? tag
                        : await SendPieceAsync(name, upload, number, buffer, read, cancellationToken).ConfigureAwait(false);
                pieces.Add(new PartETag(number, sent));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        await CompleteAsync(name, upload, pieces, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> BeginAsync(string name, string sha256, CancellationToken cancellationToken)
    {
        InitiateMultipartUploadRequest request = new() { BucketName = Bucket, Key = objects.Location.KeyOf(name) };
        request.Metadata[DigestName] = sha256;
        InitiateMultipartUploadResponse answer = await objects
            .RunAsync(name, token => Client.InitiateMultipartUploadAsync(request, token), cancellationToken)
            .ConfigureAwait(false);
        return answer.UploadId;
    }

    private async Task<string> SendPieceAsync(
        string name,
        string upload,
        int number,
        byte[] bytes,
        int count,
        CancellationToken cancellationToken
    )
    {
        UploadPartResponse answer = await objects
            .RunAsync(
                name,
                token =>
                    Client.UploadPartAsync(
                        new UploadPartRequest
                        {
                            BucketName = Bucket,
                            Key = objects.Location.KeyOf(name),
                            UploadId = upload,
                            PartNumber = number,
                            PartSize = count,
                            InputStream = new MemoryStream(bytes, 0, count),
                            UseChunkEncoding = false,
                        },
                        token
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return answer.ETag;
    }

    private Task CompleteAsync(string name, string upload, List<PartETag> pieces, CancellationToken cancellationToken)
    {
        CompleteMultipartUploadRequest request = new()
        {
            BucketName = Bucket,
            Key = objects.Location.KeyOf(name),
            UploadId = upload,
            PartETags = pieces,
        };
        return objects.RunAsync(
            name,
            async token =>
            {
                try
                {
                    await Client.CompleteMultipartUploadAsync(request, token).ConfigureAwait(false);
                }
                catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
                {
                    // An earlier try was heard and its answer lost; whether the object is there is looked at next.
                    return false;
                }
                return true;
            },
            cancellationToken
        );
    }

    /// <summary>The newest upload of the object that was begun and not completed; null where there is none, or the store does not say.</summary>
    private async Task<string?> FindUploadAsync(string name, CancellationToken cancellationToken)
    {
        string key = objects.Location.KeyOf(name);
        ListMultipartUploadsRequest request = new() { BucketName = Bucket, Prefix = key };
        ListMultipartUploadsResponse? answer = await objects
            .RunAsync(name, token => OrNullAsync(Client.ListMultipartUploadsAsync(request, token)), cancellationToken)
            .ConfigureAwait(false);
        return answer?.MultipartUploads?.Where(upload => upload.Key == key).MaxBy(upload => upload.Initiated)?.UploadId;
    }

    private async Task<IReadOnlyDictionary<int, string>> PiecesAsync(string name, string upload, CancellationToken cancellationToken)
    {
        Dictionary<int, string> pieces = [];
        ListPartsRequest request = new()
        {
            BucketName = Bucket,
            Key = objects.Location.KeyOf(name),
            UploadId = upload,
        };
        ListPartsResponse? page;
        do
        {
            page = await objects
                .RunAsync(name, token => OrNullAsync(Client.ListPartsAsync(request, token)), cancellationToken)
                .ConfigureAwait(false);
            foreach (PartDetail piece in page?.Parts ?? [])
            {
                pieces[piece.PartNumber ?? 0] = piece.ETag;
            }
            request.PartNumberMarker = page?.NextPartNumberMarker?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        } while (page?.IsTruncated == true);
        return pieces;
    }

    // To go on with what is there saves time and is no more: a store that does not offer it, or not to everybody, takes all pieces anew.
    private static async Task<T?> OrNullAsync<T>(Task<T> asking)
        where T : class
    {
        try
        {
            return await asking.ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception)
            when (exception.StatusCode
                    is HttpStatusCode.NotImplemented
                        or HttpStatusCode.MethodNotAllowed
                        or HttpStatusCode.Forbidden
                        or HttpStatusCode.NotFound
            )
        {
            return null;
        }
    }
}
