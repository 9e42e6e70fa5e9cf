namespace VlmQ.Datasets.Salvage;

/// <summary>A file of pages of which nobody says where they lie.</summary>
/// <param name="stream">The file, seekable.</param>
internal sealed class PageFile(Stream stream)
{
    // Headers take a few dozen bytes; those that carry the bounds of long texts take more.
    private const int UsualHeader = 1 << 10;
    private const int LargestHeader = 1 << 20;

    private byte[] _buffer = new byte[UsualHeader];

    /// <summary>The file.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>Bytes of the file.</summary>
    public long Length { get; } = stream.Length;

    /// <summary>Reads the header of the page at an offset; the page is known to lie in the file.</summary>
    /// <exception cref="InvalidDataException">There is no whole page.</exception>
    public async ValueTask<PageHeader> PageAtAsync(long offset, CancellationToken cancellationToken)
    {
        if (offset >= Length)
        {
            throw new InvalidDataException("the file ends there");
        }
        for (int window = UsualHeader; ; window <<= 5)
        {
            int read = (int)Math.Min(window, Length - offset);
            if (_buffer.Length < read)
            {
                _buffer = new byte[window];
            }
            Stream.Position = offset;
            await Stream.ReadExactlyAsync(_buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            try
            {
                PageHeader page = PageHeader.Read(_buffer.AsSpan(0, read));
                return page.Length <= Length - offset ? page : throw new InvalidDataException("the file ends in the middle of a page");
            }
            catch (InvalidDataException) when (read == window && window < LargestHeader)
            {
                // Perhaps the header is longer than what was read of it.
                continue;
            }
        }
    }
}
