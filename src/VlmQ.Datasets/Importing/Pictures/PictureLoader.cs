using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Importing.Pictures;

/// <summary>
/// Reads pictures as they are: PNG and JPEG files keep their bytes, pixels become PNG. Each is decoded once, so that what does not decode
/// is found now. Nothing is fetched from a network. Safe from several threads.
/// </summary>
internal sealed class PictureLoader
{
    private const string Base64 = ";base64";
    private const string NoFile = "-";

    private readonly ImageRoot _root;
    private readonly PictureFitter _checker;
    private readonly IDictionary<string, string>? _digests;

    /// <param name="folder">The folder that paths are relative to.</param>
    /// <param name="pixelLimit">Pixels beyond which a picture is refused.</param>
    public PictureLoader(string folder, long pixelLimit)
        : this(new ImageRoot(folder), new PictureFitter(side: null, pixelLimit), null) { }

    private PictureLoader(ImageRoot root, PictureFitter checker, IDictionary<string, string>? digests)
    {
        _root = root;
        _checker = checker;
        _digests = digests;
    }

    /// <summary>The same loader, which notes the digest of every file that it reads, by its address.</summary>
    public PictureLoader Noting(IDictionary<string, string> digests) => new(_root, _checker, digests);

    /// <summary>Whether an address means a file, and does not hold the picture itself.</summary>
    public static bool IsFile(string address) => !address.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The digest of a file; a dash where it cannot be read. It is not decoded.</summary>
    public string DigestOf(string address) =>
        FileAt(address, "") is Result<ImmutableArray<byte>>.Ok ok ? Digest.Of(ok.Value.AsSpan()) : NoFile;

    /// <summary>The bytes of the PNG or JPEG file.</summary>
    public Result<ImmutableArray<byte>> Load(PictureReference reference, string where) =>
        reference switch
        {
            PictureReference.Address address => BytesOf(address.Text, where).Bind(file => _checker.Fit(file, where)),
            PictureReference.Bytes bytes => _checker.Fit(bytes.File, where),
            PictureReference.Pixels pixels => PictureCodec.Encode(pixels.Image),
            _ => throw new InvalidOperationException(),
        };

    private Result<ImmutableArray<byte>> BytesOf(string address, string where)
    {
        if (!IsFile(address))
        {
            return Embedded(address, where);
        }
        Result<ImmutableArray<byte>> file = FileAt(address, where);
        if (_digests is not null && file is Result<ImmutableArray<byte>>.Ok ok)
        {
            _digests[address] = Digest.Of(ok.Value.AsSpan());
        }
        return file;
    }

    private Result<ImmutableArray<byte>> FileAt(string address, string where)
    {
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return _root.Find(address, where).Bind(path => Read(path, where));
        }
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri is { IsFile: true, Host: "" or "localhost" }
            ? _root.Find(uri.LocalPath, where).Bind(path => Read(path, where))
            : Fault.Data(
                $"the picture is at '{Start(address)}', and nothing is fetched from a network",
                where,
                "download it first and put the file's path in the place of the address"
            );
    }

    private static Result<ImmutableArray<byte>> Embedded(string address, string where)
    {
        int comma = address.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !address.AsSpan(0, comma).EndsWith(Base64, StringComparison.OrdinalIgnoreCase))
        {
            return Fault.Data($"the picture is at '{Start(address)}', which is no data:image/…;base64,…", where);
        }
        try
        {
            return ImageColumn.Wrap(Convert.FromBase64String(address[(comma + 1)..]));
        }
        catch (FormatException)
        {
            return Fault.Data("the picture in the data: address is not valid base64", where);
        }
    }

    private static Result<ImmutableArray<byte>> Read(string path, string where)
    {
        try
        {
            FileInfo file = new(path);
            if (!file.Exists)
            {
                return Fault.Data($"there is no picture {path}", where, "name the folder that paths are relative to with --image-root");
            }
            // Pipes and devices have no length, and reading one may never end.
            return file.Length is 0 or > ImportLimits.PictureBytes
                ? Fault.Data($"the picture {path} has {file.Length} bytes; it may have 1 to {ImportLimits.PictureBytes}", where)
                : ImageColumn.Wrap(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return Fault.Data($"the picture {path} cannot be read: {exception.Reason()}", where);
        }
    }

    private static string Start(string address) => address.Length <= 80 ? address : address[..80] + "…";
}
