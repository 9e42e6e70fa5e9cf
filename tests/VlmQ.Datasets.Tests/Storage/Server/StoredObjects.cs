using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace VlmQ.Datasets.Tests.Storage.Server;

/// <summary>Objects in memory, and the answers to the verbs of S3 that a dataset needs.</summary>
internal sealed class StoredObjects
{
    private const string Names = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

    private readonly ConcurrentDictionary<string, (byte[] Bytes, string Tag, string? Sha256)> _objects = new();
    private readonly ConcurrentDictionary<string, (string Key, string? Sha256, SortedDictionary<int, byte[]> Pieces)> _uploads = new();

    /// <summary>Keys a page of a list.</summary>
    public int PageKeys { get; set; } = 1000;

    /// <summary>The bytes under bucket and key.</summary>
    public byte[] this[string key]
    {
        get => _objects[key].Bytes;
        set => _objects[key] = (value, TagOf(value), null);
    }

    public IEnumerable<string> Keys => _objects.Keys.Order(StringComparer.Ordinal);

    public int Uploads => _uploads.Count;

    public bool Remove(string key) => _objects.TryRemove(key, out _);

    public StoreAnswer Answer(StoreRequest request) =>
        request.Method switch
        {
            "GET" when request.Query("list-type") == "2" => List(request),
            "GET" when request.Asks("uploads") => ListUploads(request),
            "GET" when request.Query("uploadId") is { } id => ListPieces(id),
            "GET" or "HEAD" => Get(request),
            "PUT" when request.Query("uploadId") is { } id => PutPiece(request, id),
            "PUT" => Put(request),
            "POST" when request.Asks("uploads") => BeginUpload(request),
            "POST" when request.Query("uploadId") is { } id => CompleteUpload(id),
            "DELETE" when request.Query("uploadId") is { } id => _uploads.TryRemove(id, out _)
                ? new(204, [])
                : StoreAnswer.Error(404, "NoSuchUpload"),
            "DELETE" => Remove(request.Key) ? new(204, []) : new(204, []),
            _ => StoreAnswer.Error(501, "NotImplemented"),
        };

    private static string TagOf(ReadOnlySpan<byte> bytes) => $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"";

    private StoreAnswer Get(StoreRequest request)
    {
        if (!_objects.TryGetValue(request.Key, out (byte[] Bytes, string Tag, string? Sha256) found))
        {
            return StoreAnswer.Error(404, "NoSuchKey");
        }
        string tag = found.Tag;
        if (request.Header("If-Match") is { } expected && expected != tag)
        {
            return StoreAnswer.Error(412, "PreconditionFailed");
        }
        List<(string, string)> headers = [("ETag", tag), ("Accept-Ranges", "bytes")];
        if (found.Sha256 is not null)
        {
            headers.Add(("x-amz-meta-sha256", found.Sha256));
        }
        if (request.Header("Range") is not { } range)
        {
            return new StoreAnswer(200, found.Bytes, [.. headers]);
        }
        long[] ends = [.. range["bytes=".Length..].Split('-').Select(end => long.Parse(end, CultureInfo.InvariantCulture))];
        if (ends[0] >= found.Bytes.Length)
        {
            return StoreAnswer.Error(416, "InvalidRange", ("Content-Range", $"bytes */{found.Bytes.Length}"));
        }
        long last = Math.Min(ends[1], found.Bytes.Length - 1);
        headers.Add(("Content-Range", $"bytes {ends[0]}-{last}/{found.Bytes.Length}"));
        return new StoreAnswer(206, found.Bytes[(int)ends[0]..((int)last + 1)], [.. headers]);
    }

    private StoreAnswer List(StoreRequest request)
    {
        string bucket = request.Key.TrimEnd('/') + "/";
        string prefix = request.Query("prefix") ?? "";
        string after = request.Query("continuation-token") ?? "";
        string[] keys =
        [
            .. Keys.Where(key => key.StartsWith(bucket + prefix, StringComparison.Ordinal))
                .Select(key => key[bucket.Length..])
                .Where(key => !key[prefix.Length..].Contains('/', StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0),
        ];
        string[] page = [.. keys.Take(PageKeys)];
        string next =
            keys.Length > page.Length
                ? $"<IsTruncated>true</IsTruncated><NextContinuationToken>{WebUtility.HtmlEncode(page[^1])}</NextContinuationToken>"
                : "<IsTruncated>false</IsTruncated>";
        string items = string.Concat(
            page.Select(key =>
                $"<Contents><Key>{WebUtility.HtmlEncode(key)}</Key><Size>{_objects[bucket + key].Bytes.Length}</Size><ETag>\"x\"</ETag></Contents>"
            )
        );
        return StoreAnswer.Xml(200, $"<ListBucketResult {Names}><KeyCount>{page.Length}</KeyCount>{next}{items}</ListBucketResult>");
    }

    private StoreAnswer Put(StoreRequest request)
    {
        _objects[request.Key] = (request.Body, TagOf(request.Body), request.Header("x-amz-meta-sha256"));
        return new StoreAnswer(200, [], ("ETag", TagOf(request.Body)));
    }

    private StoreAnswer BeginUpload(StoreRequest request)
    {
        string id = Guid.NewGuid().ToString("N");
        _uploads[id] = (request.Key, request.Header("x-amz-meta-sha256"), []);
        return StoreAnswer.Xml(200, $"<InitiateMultipartUploadResult {Names}><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
    }

    private StoreAnswer PutPiece(StoreRequest request, string id)
    {
        if (!_uploads.TryGetValue(id, out var upload))
        {
            return StoreAnswer.Error(404, "NoSuchUpload");
        }
        lock (upload.Pieces)
        {
            upload.Pieces[int.Parse(request.Query("partNumber")!, CultureInfo.InvariantCulture)] = request.Body;
        }
        return new StoreAnswer(200, [], ("ETag", TagOf(request.Body)));
    }

    private StoreAnswer CompleteUpload(string id)
    {
        if (!_uploads.TryRemove(id, out var upload))
        {
            return StoreAnswer.Error(404, "NoSuchUpload");
        }
        byte[] whole = [.. upload.Pieces.Values.SelectMany(piece => piece)];
        _objects[upload.Key] = (whole, TagOf(whole), upload.Sha256);
        return StoreAnswer.Xml(200, $"<CompleteMultipartUploadResult {Names}><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>");
    }

    private StoreAnswer ListUploads(StoreRequest request)
    {
        string bucket = request.Key.TrimEnd('/') + "/";
        XElement[] items =
        [
            .. _uploads
                .Where(pair => pair.Value.Key.StartsWith(bucket + request.Query("prefix"), StringComparison.Ordinal))
                .Select(pair => new XElement(
                    "Upload",
                    new XElement("Key", pair.Value.Key[bucket.Length..]),
                    new XElement("UploadId", pair.Key),
                    new XElement("Initiated", "2030-01-01T00:00:00.000Z")
                )),
        ];
        return StoreAnswer.Xml(
            200,
            $"<ListMultipartUploadsResult {Names}><IsTruncated>false</IsTruncated>{string.Concat(items.Select(item => item.ToString()))}</ListMultipartUploadsResult>"
        );
    }

    private StoreAnswer ListPieces(string id)
    {
        if (!_uploads.TryGetValue(id, out var upload))
        {
            return StoreAnswer.Error(404, "NoSuchUpload");
        }
        string items = string.Concat(
            upload.Pieces.Select(piece =>
                $"<Part><PartNumber>{piece.Key}</PartNumber><ETag>{TagOf(piece.Value)}</ETag><Size>{piece.Value.Length}</Size></Part>"
            )
        );
        return StoreAnswer.Xml(200, $"<ListPartsResult {Names}><IsTruncated>false</IsTruncated>{items}</ListPartsResult>");
    }
}
