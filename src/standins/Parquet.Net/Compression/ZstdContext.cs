using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Parquet.Compression;

/// <summary>A compression or decompression context of libzstd, with its working memory.</summary>
internal sealed unsafe partial class ZstdContext : SafeHandleZeroOrMinusOneIsInvalid
{
    private const string Library = "libzstd.so.1";
    private readonly bool compresses;

    private ZstdContext(nint context, bool compresses)
        : base(ownsHandle: true)
    {
        this.compresses = compresses;
        SetHandle(context);
    }

    public static ZstdContext ForCompression() => new(Load(CreateCompressor), true);

    public static ZstdContext ForDecompression() => new(Load(CreateDecompressor), false);

    /// <summary>Room that the compressed form can need.</summary>
    public static int MaximumLength(int length) => checked((int)CompressBound((nuint)length));

    /// <summary>The length that a frame's header states; -1 where it states none, -2 where it is not a frame.</summary>
    public static long StatedLength(ReadOnlySpan<byte> source)
    {
        fixed (byte* bytes = source)
        {
            return (long)GetFrameContentSize(bytes, (nuint)source.Length);
        }
    }

    /// <summary>Compresses one frame and returns its length.</summary>
    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination, int level)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            nuint length = CompressWith(handle, to, (nuint)destination.Length, from, (nuint)source.Length, level);
            return IsError(length) == 0
                ? (int)length
                : throw new ParquetException("libzstd could not compress a page: " + Describe(length));
        }
    }

    /// <summary>Decompresses all frames and returns the length of what they held.</summary>
    /// <exception cref="ParquetException">The data are damaged, or longer than <paramref name="destination"/>.</exception>
    public int Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            nuint length = DecompressWith(handle, to, (nuint)destination.Length, from, (nuint)source.Length);
            return IsError(length) == 0 ? (int)length : throw new ParquetException("A Zstandard page is damaged: " + Describe(length));
        }
    }

    protected override bool ReleaseHandle()
    {
        _ = compresses ? FreeCompressor(handle) : FreeDecompressor(handle);
        return true;
    }

    private static nint Load(Func<nint> create)
    {
        try
        {
            nint context = create();
            return context != 0 ? context : throw new InsufficientMemoryException("libzstd has no memory for a context.");
        }
        catch (DllNotFoundException e)
        {
            throw new ParquetException(
                $"Zstandard needs {Library}, which is not installed (Debian and Ubuntu: apt-get install libzstd1).",
                e
            );
        }
    }

    private static string Describe(nuint code) => Marshal.PtrToStringUTF8(GetErrorName(code)) ?? "unknown error";

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static partial nint CreateCompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static partial nint CreateDecompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    private static partial nuint FreeCompressor(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    private static partial nuint FreeDecompressor(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressBound")]
    private static partial nuint CompressBound(nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressCCtx")]
    private static partial nuint CompressWith(nint context, byte* to, nuint room, byte* from, nuint length, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    private static partial nuint DecompressWith(nint context, byte* to, nuint room, byte* from, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_getFrameContentSize")]
    private static partial ulong GetFrameContentSize(byte* from, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint code);
}
